import { isProblem, problemOf } from '../api/problemError';
import { type Delivery, isFinal, type Problem, type Upload } from '../api/types';
import { Observable } from '../observable';
import { pause } from '../staging/patience';
import { isAbort } from '../staging/put';
import { outcomeSentence } from '../words/outcome';
import { Rate } from '../words/rate';
import { askApp } from './askApp';
import { type Batch, type BatchFile, nextRound, withBlob } from './batch';
import { FileRun } from './fileRun';
import { sendFile } from './sendFile';
import type { Shared } from './shared';

type Phase = 'sending' | 'needsFiles' | 'asking' | 'following' | 'stopped';

/** One batch on its way: files to storage, then one request to the app, then the watch over what it became. */
export class BatchRun extends Observable {
  phase: Phase = 'sending';
  /** why it stopped, or what a wish of the person met */
  problem: Problem | undefined;
  latest: Upload | Delivery | undefined;
  /** the app had such an upload already, and gave that one */
  reused = false;
  readonly rate = new Rate();
  readonly files: Map<string, FileRun>;
  #stop = new AbortController();

  constructor(
    public batch: Batch,
    private readonly shared: Shared,
  ) {
    super();
    this.files = new Map(batch.files.map((file) => [file.key, new FileRun(file)]));
  }

  get uploads(): readonly Upload[] {
    const { latest } = this;
    return !latest ? [] : 'uploads' in latest ? latest.uploads : [latest];
  }

  /** Nothing more will happen unless somebody asks for it. */
  get isOver(): boolean {
    return this.latest !== undefined && isFinal(this.latest);
  }

  give(key: string, file: File): void {
    const run = this.files.get(key);
    if (run) run.file = file;
    if (this.phase === 'needsFiles') void this.run();
  }

  async run(): Promise<void> {
    this.#stop = new AbortController();
    this.problem = undefined;
    try {
      if (!this.batch.resource) {
        if (!(await this.#stage())) return;
        await this.#ask();
      }
      await this.#follow();
    } catch (cause) {
      if (isAbort(cause)) return;
      this.#enter('stopped');
      this.problem = problemOf(cause);
      this.shared.announce(`Stopped: ${this.problem.detail}`);
    }
  }

  /** Ends what the page itself does; what the app does is cancelled by `cancel`. */
  stop(): void {
    this.#stop.abort();
  }

  /** Takes the upload or delivery back. What comes of it, the watch tells. */
  async cancel(): Promise<void> {
    const { resource } = this.batch;
    if (!resource) {
      this.stop();
      return;
    }
    await this.#wish(async () => {
      await this.shared.api.call('DELETE', `/${resource.kind}/${resource.id}`);
    });
  }

  /** Once more. An upload is retried as the app does it; a delivery is asked for again with the same files. */
  async again(evenIfAttached = false): Promise<void> {
    const { resource } = this.batch;
    if (resource?.kind !== 'uploads' || !this.isOver) return this.fresh({});
    await this.#wish(async () => {
      const body = evenIfAttached ? { evenIfAttached } : {};
      const { body: upload } = await this.shared.api.call<Upload>('POST', `/uploads/${resource.id}/retry`, { body });
      this.#became({ kind: 'uploads', id: upload.id }, upload);
      void this.run();
    });
  }

  /** The same request as a new one. */
  async fresh(change: Partial<Pick<Batch, 'evenIfKnown'>>): Promise<void> {
    this.batch = nextRound({ ...this.batch, ...change });
    this.latest = undefined;
    this.reused = false;
    this.shared.keep();
    await this.run();
  }

  /** @returns whether every file is in storage now */
  async #stage(): Promise<boolean> {
    const missing = this.batch.files.filter(({ blob }) => blob === undefined);
    if (missing.some(({ key }) => this.files.get(key)?.file === undefined)) {
      for (const { about, sent } of this.files.values()) sent(this.shared.places.bytesOf(about));
      this.#enter('needsFiles');
      return false;
    }
    this.#enter('sending');
    const results = await Promise.allSettled(
      missing.map(({ key }) => this.shared.files.use(() => this.#stageOne(key))),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return true;
  }

  async #stageOne(key: string): Promise<void> {
    const run = this.files.get(key);
    if (!run) return;
    const blob = await sendFile(run, this.shared, this.#stop.signal, () => this.changed());
    this.#setBlobs((file) => (file.key === key ? blob : file.blob));
  }

  async #ask(): Promise<void> {
    this.#enter('asking');
    const isFirst = this.batch.asked !== true;
    this.batch = { ...this.batch, asked: true };
    this.shared.keep();
    try {
      const { resource, latest, reused } = await askApp(this.batch, isFirst, this.shared.api, this.#stop.signal);
      this.reused = reused;
      this.#became(resource, latest);
    } catch (cause) {
      if (isProblem(problemOf(cause), 'BlobNotFound')) this.#setBlobs(() => undefined); // removed after a day
      throw cause;
    }
  }

  #setBlobs(blobOf: (file: BatchFile) => string | undefined): void {
    const files = this.batch.files.map((file) => {
      const blob = blobOf(file);
      if (blob === undefined && file.blob !== undefined) this.shared.places.forgetBlob(file.blob);
      return withBlob(file, blob);
    });
    this.batch = { ...this.batch, files };
    this.shared.keep();
  }

  async #follow(): Promise<void> {
    const { resource } = this.batch;
    if (!resource) return;
    this.#enter('following');
    for (let failures = 0; ;) {
      let seconds = 1;
      try {
        const answer = await this.shared.api.call<Upload | Delivery>('GET', `/${resource.kind}/${resource.id}`);
        failures = 0;
        this.problem = this.problem?.code === 'Offline' ? undefined : this.problem;
        this.#saw(answer.body);
        if (isFinal(answer.body)) return;
        seconds = Math.min(5, Math.max(1, answer.retryAfter ?? 1));
      } catch (cause) {
        const problem = problemOf(cause);
        if (problem.retryable !== true) throw cause;
        if (++failures > 2) this.problem = problem;
        seconds = Math.min(30, 2 ** failures);
      }
      this.changed();
      await pause(seconds * 1000, this.#stop.signal);
    }
  }

  #saw(resource: Upload | Delivery): void {
    const before = this.latest?.status;
    this.latest = resource;
    this.rate.add(resource.progress.bytesSent, performance.now());
    this.changed();
    if (before === undefined || before === resource.status || !isFinal(resource)) return;
    this.shared.announce(outcomeSentence(resource));
    this.shared.moved();
  }

  #became(resource: Required<Batch>['resource'], latest: Upload | Delivery): void {
    this.batch = { ...this.batch, resource };
    this.shared.keep();
    this.latest = latest;
    this.shared.moved();
    this.changed();
  }

  async #wish(work: () => Promise<void>): Promise<void> {
    this.problem = undefined;
    await work().catch((cause: unknown) => {
      this.problem = problemOf(cause);
    });
    this.changed();
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }
}
