import type { BlobServiceClient } from '@azure/storage-blob' with { 'resolution-mode': 'import' };
import type { AppFunction, FunctionCatalog } from '../functions';
import { log } from '../log';
import type { HostSettings } from '../settings';
import { Refusal, resolveSettings } from '../settings';
import type { Store } from '../store';
import { type Worker, WorkerExited } from '../worker';
import { type BlobMessage, BlobQueue } from './blobQueue';
import { bytesData, referenceData, triggerMetadata } from './blobData';
import { PathPattern } from './pathPattern';

const pollEveryMs = 1_000;

interface BlobTrigger {
  target: AppFunction;
  path: PathPattern;
  isPolled: boolean;
  /** Name of the setting that holds the connection string. */
  connection: string;
  service: BlobServiceClient;
}

/** Blob triggers: found by listing, or told by Event Grid; queued durably; called at least once. */
export class BlobTriggers {
  private triggers: BlobTrigger[] = [];
  private readonly queue: BlobQueue;
  private readonly running = new Set<Promise<void>>();
  private waiting: BlobMessage[] = [];
  private lastSeq = 0;
  private stopped = true;
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

  /** @throws Refusal for a path or a connection that this host cannot use */
  async load(): Promise<void> {
    const targets = this.catalog().ofType('blobTrigger');
    if (targets.length === 0) return;
    const storage = await import('@azure/storage-blob'); // slow to load, and most apps have no blob trigger
    this.triggers = targets.map((target) => {
      const { path, connection, source } = target.trigger as Record<string, string | undefined>;
      const text = this.env[connection ?? ''] ?? this.env[`AzureWebJobs${connection}`];
      if (!text)
        throw new Refusal(`function '${target.name}': '${connection}' holds no connection string for its blob trigger`);
      return {
        target,
        path: new PathPattern(resolveSettings(path ?? '', this.env)),
        isPolled: source?.toLowerCase() !== 'eventgrid',
        connection: connection ?? '',
        service: storage.BlobServiceClient.fromConnectionString(text, { retryOptions: { maxTries: 1 } }),
      };
    });
  }

  start(): void {
    this.stopped = false;
    this.pump();
    if (this.triggers.some((trigger) => trigger.isPolled)) void this.poll();
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

  private async poll(): Promise<void> {
    for (const trigger of this.triggers.filter((candidate) => candidate.isPolled)) {
      try {
        await this.list(trigger);
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        if (code !== 'ContainerNotFound' && !this.stopped)
          log('warning', trigger.target.name, 'listing failed:', message);
      }
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), pollEveryMs);
  }

  private async list({ target, path, service }: BlobTrigger): Promise<void> {
    const seen = new Set<string>();
    for await (const { name, properties } of service
      .getContainerClient(path.container)
      .listBlobsFlat({ prefix: path.prefix })) {
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
    const client = service.getContainerClient(message.container).getBlobClient(message.blob);
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
