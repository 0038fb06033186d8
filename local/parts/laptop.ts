import { join } from 'node:path';
import { connectionString, isAzurite, startAzurite } from './azurite';
import { keptUploadUrlKey, makeDataDir } from './dataDir';
import { waitUntilServing, type Serving } from './health';
import { startPart, type Part } from './part';
import { appRoot, distFile } from './paths';
import { becomesFree, rememberedPorts } from './ports';
import { createContainers } from './storage';

/** What `npm start`, the demo, the tests and the benchmark run: the app and what it needs, on one machine. */
export interface LaptopOptions {
  /** contract.md section 1: where local state lies */
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
  /** whether the parts write to files in DATA_DIR instead of stderr */
  quiet?: boolean;
}

const portNames = ['blob', 'queue', 'table', 'graph', 'upload'] as const;

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
  #stopping = false;
  #died: (reason: Error) => void = () => undefined;
  /** rejects when a part ends that nobody asked to end, saying which and how */
  readonly died: Promise<never>;

  constructor(
    readonly dataDir: string,
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
      UPLOAD_URL_KEY: process.env['UPLOAD_URL_KEY'] || keptUploadUrlKey(this.dataDir),
      ...this.options.settings,
      AzureWebJobsStorage: this.storage,
      GRAPH_ENDPOINT: this.graphUrl,
      DATA_DIR: this.dataDir,
    };
  }

  logFile(name: string): { logFile?: string } {
    return this.options.quiet ? { logFile: join(this.dataDir, `${name}.log`) } : {};
  }

  /** Says through `died` when this part ends by itself. */
  watch(part: Part): Part {
    void part.ended.then((how) => {
      if (!this.#stopping && !this.#expected.has(part)) this.#died(new Error(`${part.name} ended by itself: ${how}`));
    });
    return part;
  }
  readonly #expected = new Set<Part>();

  /** Starts the app on its host, at a restart on the same port, and waits until it answers. */
  async startHost(settings: NodeJS.ProcessEnv = {}): Promise<Serving> {
    await this.launchHost(settings);
    return this.untilServing();
  }

  /** Waits until the app answers. */
  async untilServing(withinMs = 30_000): Promise<Serving> {
    return Promise.race([waitUntilServing(this.apiUrl, withinMs), this.died]);
  }

  async launchHost(settings: NodeJS.ProcessEnv = {}): Promise<void> {
    if (this.#port !== 0 && !(await becomesFree(this.#port)))
      throw new Error(`Port ${this.#port} is taken. Stop what uses it, or set PORT (0: any free port).`);
    this.host = this.watch(
      await startPart({
        name: 'The Functions host',
        script: distFile('local', 'functionsHost', 'main.js'),
        env: { ...this.environment, FUNCTIONS_APP_DIR: appRoot, PORT: `${this.#port}`, ...settings },
        readyLine: /^Functions host ready: (http:\/\/\S+)$/m,
        ...this.logFile('functionsHost'),
      }),
    );
    this.apiUrl = this.host.ready[1] ?? '';
    this.#port = Number(new URL(this.apiUrl).port);
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
    const ports = this.outlook?.ready.slice(1, 3).map((url) => new URL(url).port) ?? [];
    await this.#end(this.outlook, 'kill9');
    this.outlook = this.watch(await startOutlook(this.dataDir, ports, this.logFile('outlook')));
  }

  /** Ends all parts in order: first what uses the others. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const part of [this.host, this.outlook, this.azurite]) await part?.stop();
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
  const ports = await rememberedPorts(dataDir, portNames, isAzurite);
  const storage = options.storage || connectionString(ports);
  const graphUrl = options.graphEndpoint || `http://127.0.0.1:${ports.graph}`;
  const laptop = new Laptop(dataDir, storage, graphUrl, options);
  const azurite = async (): Promise<void> => {
    if (options.storage) return prepareGivenStorage(storage);
    laptop.azurite = laptop.watch(await startAzurite(join(dataDir, 'azurite'), ports, laptop.logFile('azurite')));
    laptop.newContainers = await createContainers(storage);
  };
  const outlook = async (): Promise<void> => {
    if (options.graphEndpoint) return;
    laptop.outlook = laptop.watch(
      await startOutlook(dataDir, [`${ports.graph}`, `${ports.upload}`], laptop.logFile('outlook')),
    );
  };
  const host = async (): Promise<void> => {
    if (options.withHost !== false) await laptop.launchHost();
  };
  const results = await Promise.allSettled([azurite(), outlook(), host()]);
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return laptop;
  await laptop.stop();
  throw failed.reason;
}

/** Somebody else's storage may be out of reach just now, or forbid this: the app runs all the same and says so itself. */
async function prepareGivenStorage(storage: string): Promise<void> {
  try {
    await createContainers(storage);
  } catch (error) {
    console.error(`The containers could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function startOutlook(
  dataDir: string,
  [graph = '0', upload = '0']: string[],
  log: { logFile?: string },
): Promise<Part> {
  return startPart({
    name: 'The Outlook stand-in',
    script: distFile('local', 'outlook', 'main.js'),
    env: { DATA_DIR: dataDir, OUTLOOK_GRAPH_PORT: graph, OUTLOOK_UPLOAD_PORT: upload },
    readyLine: /^Outlook stand-in ready: graph=(\S+) upload=(\S+)$/m,
    ...log,
  });
}
