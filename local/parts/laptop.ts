import { join } from 'node:path';
import { connectionString, isAzurite, startAzurite } from './azurite';
import { keptUploadUrlKey, makeDataDir } from './dataDir';
import { waitUntilServing, type Serving } from './health';
import { startPart, type Part } from './part';
import { appRoot, distFile } from './paths';
import { becomesFree, forgetPorts, freePorts, rememberedPorts } from './ports';
import { createContainers, storageSdk } from './storage';

/** What `npm start`, the demo, the tests and the benchmark run: the app and what it needs, on one machine. */
export interface LaptopOptions {
  /** where local state lies */
  dataDir: string;
  /** port of the Functions host, 0 for any (default) */
  port?: number;
  /** set: use this storage and start no Azurite */
  storage?: string | undefined;
  /** set: use this Graph root and start no stand-in */
  graphEndpoint?: string | undefined;
  /** more settings of the app and of its host */
  settings?: NodeJS.ProcessEnv;
  /** false: something else runs the app, and only what it needs is started */
  withHost?: boolean;
  /** whether the host is Azure Functions Core Tools, not the local one */
  core?: boolean;
  /** whether the parts write to files in DATA_DIR instead of stderr */
  quiet?: boolean;
}

const portNames = ['blob', 'queue', 'table', 'graph', 'upload'] as const;
type PortName = (typeof portNames)[number];

/** The running parts. Made by `startLaptop`. */
export class Laptop {
  azurite: Part | undefined;
  outlook: Part | undefined;
  host: Part | undefined;
  /** http://127.0.0.1:<port> of the app, once it runs */
  apiUrl = '';
  /** the containers that were missing and are there now */
  newContainers: string[] = [];
  #port: number;
  /** parts whose end was asked for */
  readonly #expected = new Set<Part>();
  #stopping = false;
  #died: (reason: Error) => void = () => undefined;
  /** rejects when a part ends that nobody asked to end, saying which and how */
  readonly died: Promise<never>;

  constructor(
    readonly dataDir: string,
    private readonly ports: Record<PortName, number>,
    /** connection string of the storage in use */
    readonly storage: string,
    readonly graphUrl: string,
    private readonly options: LaptopOptions,
  ) {
    this.#port = options.port ?? 0;
    this.died = new Promise((_, reject) => (this.#died = reject));
    this.died.catch(() => undefined); // who waits for it is told; nobody has to
  }

  /** What the app reads, also for another host than ours. */
  get environment(): NodeJS.ProcessEnv {
    return {
      FUNCTIONS_WORKER_RUNTIME: 'node',
      AzureWebJobsDisableHomepage: 'true', // the app has a page of its own at /
      UPLOAD_URL_KEY: process.env['UPLOAD_URL_KEY'] || keptUploadUrlKey(this.dataDir),
      ...this.options.settings,
      AzureWebJobsStorage: this.storage,
      GRAPH_ENDPOINT: this.graphUrl,
      DATA_DIR: this.dataDir,
    };
  }

  /**
   * Starts the parts at once. The host loads the app, but runs it only once Azurite serves and has the containers.
   * @throws Error of the first that does not start, after all have started or not
   */
  async start(): Promise<void> {
    const storage = this.#startStorage();
    const starting = [storage, this.#startOutlook()];
    if (this.options.withHost !== false)
      starting.push(this.options.core ? storage.then(() => this.launchHost()) : this.launchHost({}, storage));
    const failed = (await Promise.allSettled(starting)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Starts the app on its host, at a restart on the same port, and waits until it answers. */
  async startHost(settings: NodeJS.ProcessEnv = {}): Promise<Serving> {
    await this.launchHost(settings);
    return this.untilServing();
  }

  /** Waits until the app answers. */
  async untilServing(withinMs = 120_000): Promise<Serving> {
    return Promise.race([waitUntilServing(this.apiUrl, withinMs), this.died]);
  }

  /** @param storage the host runs the app once this has settled: it lists blobs at once, and would complain */
  async launchHost(settings: NodeJS.ProcessEnv = {}, storage?: Promise<void>): Promise<void> {
    this.#port ||= (await freePorts(1))[0] ?? 0;
    if (!(await becomesFree(this.#port)))
      throw new Error(`Port ${this.#port} is taken. Stop what uses it, or set PORT (0: any free port).`);
    this.host = this.#watch(
      await startPart({
        name: 'The Functions host',
        script: this.options.core ? distFile('local', 'funcHost.js') : distFile('local', 'functionsHost', 'main.js'),
        ...(this.options.core ? { readyWithinMs: 300_000 } : {}), // its first start may fetch an extension bundle
        nodeFlags: ['--max-semi-space-size=1'], // small, as its worker: see functionsHost/worker.ts
        env: {
          FUNCTIONS_APP_DIR: appRoot,
          ...this.environment,
          PORT: `${this.#port}`,
          MALLOC_ARENA_MAX: '1', // with few threads, memory that was freed is used again
          UV_THREADPOOL_SIZE: '2',
          ...settings,
        },
        readyLine: /^Functions host ready: (http:\/\/\S+)$/m,
        ...this.#logFile('functionsHost'),
        ...(storage ? { goAhead: storage } : {}),
      }),
    );
    this.apiUrl = this.host.ready[1] ?? '';
  }

  /** kill -9 of the host and the app in it; `startHost` brings them back. */
  async killHost(): Promise<void> {
    await this.#end(this.host, 'kill9');
  }

  /** Ends the host as SIGTERM does. */
  async stopHost(): Promise<void> {
    await this.#end(this.host, 'stop');
  }

  /** Kills and restarts the stand-in of Outlook, on the same ports. */
  async restartOutlook(): Promise<void> {
    await this.#end(this.outlook, 'kill9');
    await this.#startOutlook();
  }

  /** Ends all parts in order: first what uses the others. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const part of [this.host, this.outlook, this.azurite]) await part?.stop();
  }

  async #startStorage(): Promise<void> {
    if (this.options.storage) return prepareGivenStorage(this.storage);
    const azurite = this.#startAzurite();
    storageSdk(); // loaded while Azurite starts
    await azurite;
    this.newContainers = await createContainers(this.storage);
  }

  async #startAzurite(): Promise<void> {
    const location = join(this.dataDir, 'azurite');
    this.azurite = this.#watch(await startAzurite(location, this.ports, this.#logFile('azurite')));
  }

  async #startOutlook(): Promise<void> {
    if (this.options.graphEndpoint) return;
    const { graph, upload } = this.ports;
    const outlook = await startPart({
      name: 'The Outlook stand-in',
      script: distFile('local', 'outlook', 'main.js'),
      env: { DATA_DIR: this.dataDir, OUTLOOK_GRAPH_PORT: `${graph}`, OUTLOOK_UPLOAD_PORT: `${upload}` },
      readyLine: /^Outlook stand-in ready: graph=(\S+) upload=(\S+)$/m,
      ...this.#logFile('outlook'),
    });
    this.outlook = this.#watch(outlook);
  }

  #logFile(name: string): { logFile?: string } {
    return this.options.quiet ? { logFile: join(this.dataDir, `${name}.log`) } : {};
  }

  /** Says through `died` when this part ends by itself. */
  #watch(part: Part): Part {
    void part.ended.then((how) => {
      if (!this.#stopping && !this.#expected.has(part)) this.#died(new Error(`${part.name} ended by itself: ${how}`));
    });
    return part;
  }

  async #end(part: Part | undefined, how: 'stop' | 'kill9'): Promise<void> {
    if (!part) return;
    this.#expected.add(part);
    await part[how]();
  }
}

/** Starts everything that is not given, at once. @throws Error saying what did not start; then nothing is left running */
export async function startLaptop(options: LaptopOptions): Promise<Laptop> {
  const dataDir = makeDataDir(options.dataDir);
  for (let attempt = 1; ; attempt++) {
    const laptop = await prepareLaptop(dataDir, options);
    try {
      await laptop.start();
      return laptop;
    } catch (error) {
      await laptop.stop();
      // somebody was quicker between the choice of a port and its use
      if (attempt === 3 || !(error instanceof Error && error.message.includes('EADDRINUSE'))) throw error;
      forgetPorts(dataDir);
    }
  }
}

async function prepareLaptop(dataDir: string, options: LaptopOptions): Promise<Laptop> {
  const ports = await rememberedPorts(dataDir, portNames, isAzurite);
  const storage = options.storage || connectionString(ports);
  const graphUrl = options.graphEndpoint || `http://127.0.0.1:${ports.graph}`;
  return new Laptop(dataDir, ports, storage, graphUrl, options);
}

/** Somebody else's storage may be out of reach just now, or forbid this: the app runs all the same and says so itself. */
async function prepareGivenStorage(storage: string): Promise<void> {
  try {
    await createContainers(storage);
  } catch (error) {
    console.error(`The containers could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
  }
}
