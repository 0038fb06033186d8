import type { BlobServiceClient } from '@azure/storage-blob' with { 'resolution-mode': 'import' };
import type { AppFunction, FunctionCatalog } from '../functions';
import { log } from '../log';
import { type HostSettings, resolveSettings } from '../settings';
import type { Store } from '../store';
import { type Worker, WorkerExited } from '../worker';
import { type BlobMessage, BlobQueue } from './blobQueue';
import { bytesData, referenceData, triggerMetadata } from './blobData';
import { PathPattern } from './pathPattern';

const pollEveryMs = 1_000;
/** Listing thousands of blobs is work for the storage and for this host: it takes a tenth of their time at most. */
const restPerListing = 9;

interface BlobTrigger {
  target: AppFunction;
  path: PathPattern;
  isPolled: boolean;
  /** Name of the setting that holds the connection string. */
  connection: string;
  service: () => Promise<BlobServiceClient>;
  /** What the log was told last of its listings. */
  complaint: string;
}

/** Loads the SDK when it is first needed: that is slow, and nobody should wait for it at the start. */
function connect(connectionString: string): () => Promise<BlobServiceClient> {
  const options = { retryOptions: { maxTries: 1 } };
  let service: Promise<BlobServiceClient> | undefined;
  return () =>
    (service ??= import('@azure/storage-blob').then((storage) =>
      storage.BlobServiceClient.fromConnectionString(connectionString, options),
    ));
}

/** Blob triggers: found by listing, or told by Event Grid; queued durably; called at least once. */
export class BlobTriggers {
  private readonly triggers: BlobTrigger[] = [];
  private readonly queue: BlobQueue;
  private readonly running = new Set<Promise<void>>();
  private waiting: BlobMessage[] = [];
  private lastSeq = 0;
  private stopped = true;
  private isPolling = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    store: Store,
    private readonly worker: Worker,
    private readonly catalog: () => FunctionCatalog,
    private readonly settings: HostSettings,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.queue = new BlobQueue(store);
  }

  /** @throws Refusal for a path in a form this host does not have */
  load(): void {
    this.triggers.length = 0;
    for (const target of this.catalog().ofType('blobTrigger')) {
      const { path, connection = '', source } = target.trigger as Record<string, string | undefined>;
      const text = this.env[connection] ?? this.env[`AzureWebJobs${connection}`];
      const pattern = new PathPattern(resolveSettings(path ?? '', this.env));
      const isPolled = source?.toLowerCase() !== 'eventgrid';
      // as on the real host: such a function is in error, the rest run
      if (!text) log('error', target.name, `in error: '${connection}' is no setting with a connection string`);
      else this.triggers.push({ target, path: pattern, isPolled, connection, service: connect(text), complaint: '' });
    }
    if (!this.stopped) this.startPolling();
  }

  start(): void {
    this.stopped = false;
    this.pump();
    this.startPolling();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all(this.running);
  }

  /** Calls a function for a blob out of its turn. @param path `container/name` */
  runByHand(target: AppFunction, path: string): void {
    const slash = path.indexOf('/');
    if (slash <= 0) throw new Error(`The input must be container/name, not '${path}'.`);
    this.accept(target, path.slice(0, slash), path.slice(slash + 1));
  }

  /** Takes a blob that somebody says is there; what does not match the function's path is dropped. */
  accept(target: AppFunction, container: string, blob: string): void {
    const path = this.triggers.find((trigger) => trigger.target === target)?.path;
    if (path?.container !== container || !path.match(blob)) return;
    this.queue.push(target.name, container, blob, null);
    this.pump();
  }

  private startPolling(): void {
    if (this.isPolling || !this.triggers.some((trigger) => trigger.isPolled)) return;
    this.isPolling = true;
    void this.poll();
  }

  private async poll(): Promise<void> {
    const startedAt = Date.now();
    for (const trigger of this.triggers.filter((candidate) => candidate.isPolled)) {
      try {
        await this.list(trigger);
        trigger.complaint = '';
      } catch (error) {
        this.complain(trigger, error as Error & { code?: string });
      }
    }
    const rest = Math.max(pollEveryMs, restPerListing * (Date.now() - startedAt));
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), rest);
  }

  private complain(trigger: BlobTrigger, { code, message }: Error & { code?: string }): void {
    if (code === 'ContainerNotFound' || this.stopped || message === trigger.complaint) return;
    trigger.complaint = message;
    log('warning', trigger.target.name, 'listing failed:', message);
  }

  private async list({ target, path, service }: BlobTrigger): Promise<void> {
    const seen = new Set<string>();
    const container = (await service()).getContainerClient(path.container);
    for await (const { name, properties } of container.listBlobsFlat({ prefix: path.prefix })) {
      if (this.stopped) return;
      seen.add(name);
      if (!path.match(name)) continue;
      if (this.queue.pushOnce(target.name, path.container, name, properties.etag.replaceAll('"', ''))) this.pump();
    }
    this.queue.keepReceipts(target.name, seen);
  }

  private pump(): void {
    const news = this.queue.after(this.lastSeq);
    this.lastSeq = news.at(-1)?.seq ?? this.lastSeq;
    this.waiting.push(...news);
    while (!this.stopped && this.running.size < this.settings.blobParallelism) {
      const message = this.waiting.shift();
      if (!message) return;
      const run = this.process(message).finally(() => {
        this.running.delete(run);
        this.pump();
      });
      this.running.add(run);
    }
  }

  private async process(message: BlobMessage): Promise<void> {
    const trigger = this.triggers.find(({ target }) => target.name === message.function);
    if (!trigger) {
      this.queue.done(message.seq);
      return;
    }
    for (let attempt = message.attempts + 1; !this.stopped; attempt++) {
      try {
        await this.call(trigger, message);
        this.queue.done(message.seq);
        return;
      } catch (error) {
        if (error instanceof WorkerExited && this.isStopped()) return;
        log('error', trigger.target.name, error);
        this.queue.attempted(message.seq, attempt);
      }
      if (attempt < this.settings.poisonBlobThreshold) continue;
      log(
        'error',
        trigger.target.name,
        `${message.container}/${message.blob} failed ${attempt} times and is set aside`,
      );
      this.queue.setAside(message.seq);
      return;
    }
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private async call({ target, path, connection, service }: BlobTrigger, message: BlobMessage): Promise<void> {
    const client = (await service()).getContainerClient(message.container).getBlobClient(message.blob);
    const properties = await client.getProperties().catch((error: unknown) => {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    });
    // gone, or replaced: the newer version has its own message
    if (!properties || (message.etag !== null && properties.etag?.replaceAll('"', '') !== message.etag)) return;
    const data =
      target.trigger.properties?.supportsDeferredBinding === 'true'
        ? referenceData(connection, message)
        : bytesData(await client.downloadToBuffer());
    await this.worker.ready();
    const metadata = triggerMetadata(message, client.url, properties, path.match(message.blob) ?? {});
    await this.worker.invoke(this.catalog().invocation(target, data, metadata));
  }
}
