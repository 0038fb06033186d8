import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BlobTriggers } from './blob/blobTriggers';
import { handleBlobEvents } from './blob/eventGrid';
import { durableClientInput } from './durable/clientInput';
import { DurableEndpoints } from './durable/endpoints';
import { TaskHub } from './durable/hub';
import { FunctionCatalog } from './functions';
import { log } from './log';
import { Admin } from './http/admin';
import { FrontDoor } from './http/frontDoor';
import { Keys } from './http/keys';
import { RouteTable } from './http/routes';
import { WebServer } from './http/server';
import { type HostSettings, Refusal } from './settings';
import { Store } from './store';
import { TimerTriggers } from './timer/timerTriggers';
import { Worker } from './worker';

const stopWithinMs = 3_000;
const unlimited = Infinity;

/** The whole host: composition root, start and end. */
export class FunctionsHost {
  private readonly store: Store;
  private readonly keys: Keys;
  private readonly hub: TaskHub;
  private readonly timers: TimerTriggers;
  private readonly blobs: BlobTriggers;
  private readonly worker: Worker;
  private readonly server: WebServer;
  private readonly rpcServer: WebServer;
  private frontDoor: FrontDoor | undefined;
  private functions: FunctionCatalog | undefined;
  private readonly catalog = (): FunctionCatalog => {
    if (!this.functions) throw new Error('The app is not loaded yet.');
    return this.functions;
  };

  constructor(
    private readonly settings: HostSettings,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.store = new Store(join(settings.dataDir, 'functionsHost.sqlite'));
    this.keys = new Keys(settings.dataDir, settings.auth);
    this.worker = new Worker(settings.appDir, env, settings.inspectPort);
    this.hub = new TaskHub(this.store, this.worker, this.catalog, settings);
    this.timers = new TimerTriggers(this.store, this.worker, this.catalog, env);
    this.blobs = new BlobTriggers(this.store, this.worker, this.catalog, settings, env);
    this.server = new WebServer(
      async (request) => this.frontDoor?.handle(request) ?? { status: 503 },
      settings.bodyLimitBytes,
    );
    this.rpcServer = new WebServer(
      (request) =>
        this.endpoints('').handle(request, request.url.split('?', 1)[0]?.replace(/^\/durabletask/, '') ?? '', false),
      unlimited,
    );
  }

  /**
   * Loads the app, waits for `go`, and serves.
   * @returns the origin
   * @throws Refusal for what the app asks and this host does not have
   */
  async start(go?: Promise<unknown>): Promise<string> {
    const { settings, env, worker } = this;
    const [port, rpcPort] = await Promise.all([this.server.listen(settings.port), this.rpcServer.listen(0)]);
    const publicOrigin = `http://localhost:${port}`;
    Object.assign(env, {
      PORT: String(port),
      DATA_DIR: settings.dataDir,
      WEBSITE_HOSTNAME: `localhost:${port}`,
      FUNCTIONS_WORKER_RUNTIME: 'node',
      AzureWebJobsScriptRoot: settings.appDir,
      AZURE_FUNCTIONS_ENVIRONMENT: env.AZURE_FUNCTIONS_ENVIRONMENT ?? 'Development',
    });
    await worker.start();
    const rpcBaseUrl = `http://127.0.0.1:${rpcPort}/durabletask/`;
    const code = this.keys.system('durabletask');
    const clientInput = durableClientInput({ hubName: settings.hubName, rpcBaseUrl, publicOrigin, code });
    this.load(publicOrigin, clientInput);
    worker.onReload = () => this.reload(publicOrigin, clientInput);
    await go;
    this.hub.start();
    this.timers.start();
    this.blobs.start();
    return `http://127.0.0.1:${port}`;
  }

  /** Finishes what runs, up to 3 s, and closes; what is left then goes on after the next start. */
  async stop(): Promise<void> {
    const timeUp = new Promise<void>((resolve) => setTimeout(resolve, stopWithinMs).unref());
    await Promise.race([
      Promise.all([this.server.close(), this.hub.stop(), this.timers.stop(), this.blobs.stop()]),
      timeUp,
    ]);
    this.server.destroy();
    this.rpcServer.destroy();
    await this.worker.stop();
    this.store.close();
  }

  /** Takes up what the app has registered. @throws Refusal for what this host does not have */
  private load(publicOrigin: string, clientInput: string): void {
    if (this.worker.refusals.length > 0) throw new Refusal(this.worker.refusals.join('; '));
    this.functions = new FunctionCatalog(this.worker.functions, clientInput);
    this.timers.load();
    this.blobs.load();
    this.frontDoor = this.openDoor(publicOrigin);
  }

  /** The same for an app that was loaded again, perhaps with other functions. */
  private reload(publicOrigin: string, clientInput: string): void {
    try {
      this.load(publicOrigin, clientInput);
    } catch (error) {
      log('error', 'host', error instanceof Refusal ? `refused: ${error.message}` : error);
    }
  }

  private openDoor(publicOrigin: string): FrontDoor {
    const { keys, catalog, worker, settings } = this;
    const hostId = createHash('sha256').update(settings.appDir).digest('hex').slice(0, 32);
    return new FrontDoor({
      routes: new RouteTable(this.catalog().ofType('httpTrigger'), settings.routePrefix),
      catalog,
      worker,
      keys,
      admin: new Admin(
        hostId,
        catalog,
        async (target, input) => {
          if (target.trigger.type === 'timerTrigger') await this.timers.runByHand(target);
          else this.blobs.runByHand(target, input);
        },
        { wipe: () => this.hub.wipe(), restart: () => this.worker.restart() },
      ),
      durable: this.endpoints(publicOrigin),
      blobEvents: (request) => handleBlobEvents(request, this.catalog(), (...blob) => this.blobs.accept(...blob)),
    });
  }

  private endpoints(publicOrigin: string): DurableEndpoints {
    return new DurableEndpoints(this.hub, this.catalog, publicOrigin);
  }
}
