import '../orchestrators/support/quietFunctions';
import { updateRecord } from '../../src/app/jobs/records';
import type { WatchTools } from '../../src/app/jobs/watch';
import { requestOf } from '../../src/app/uploads/requestOf';
import { watchUploads } from '../../src/app/uploads/watch';
import type { Machine } from '../../src/core/job/machine';
import { decide } from '../../src/core/upload/machine/decide';
import type { Outcome, Progress, Step } from '../../src/core/upload/machine/progress';
import { newRecord } from '../../src/core/upload/request';
import type { UploadRequest } from '../../src/core/upload/record';
import type { Dependencies } from '../../src/dependencies';
import { nudge } from '../../src/functions/activities/nudge';
import { cancelUploadSession } from '../../src/functions/activities/upload/cancelUploadSession';
import { claimUpload } from '../../src/functions/activities/upload/claimUpload';
import { createUploadSession } from '../../src/functions/activities/upload/createUploadSession';
import { endUpload } from '../../src/functions/activities/upload/endUpload';
import { findAttachment } from '../../src/functions/activities/upload/findAttachment';
import { findCopies } from '../../src/functions/activities/upload/findCopies';
import { listAttachments } from '../../src/functions/activities/upload/listAttachments';
import { postAttachment } from '../../src/functions/activities/upload/postAttachment';
import { queryUploadSession } from '../../src/functions/activities/upload/queryUploadSession';
import { removeAttachment } from '../../src/functions/activities/upload/removeAttachment';
import { runStep, StepRun } from '../../src/functions/activities/upload/step';
import { uploadRange } from '../../src/functions/activities/upload/uploadRange';
import { verifyAttachment } from '../../src/functions/activities/upload/verifyAttachment';
import { uploadJob } from '../../src/orchestrators/attachFile';
import {
  ClaimInput,
  EndInput,
  eventNames,
  NudgeInput,
  orchestratorNames,
  StepInput,
} from '../../src/orchestrators/contract';
import { mailbox } from '../../src/orchestrators/mailbox';
import { run as runJob } from '../../src/orchestrators/run';
import { readSettings } from '../../src/settings';
import { ActivityRun } from '../orchestrators/support/activityRun';
import type { Replays } from '../orchestrators/support/replayed';
import { Activity, MemoryHost } from '../orchestrators/support/memoryHost';
import { VirtualClock } from '../orchestrators/support/virtualClock';
import { BlobModel, RecordsModel, SecretBoxModel, serviceApis } from './fakes';
import { FaultLog, Happening, On } from './faults';
import { settleMs } from './scenarios';
import { ServiceModel, Traits, urlSecret } from './service';
import { Grain, stateKey } from './stateKey';

export type UploadMachine = Machine<Progress, Step, Outcome>;

/** What is uploaded to what kind of service. Bytes are few: a range has four. */
export interface Scenario {
  readonly name: string;
  readonly totalBytes: number;
  readonly way: 'post' | 'session';
  /** So many uploads of the same file to the same item under the same name, at once. */
  readonly uploads: number;
  readonly statusAnswer: 200 | 404 | 405;
  readonly sessionMs: number;
  readonly deadlineMs: number;
  /** What this service does that others do not. */
  readonly traits?: Traits;
}

export const rangeSizeBytes = 4;
const startedAt = Date.parse('2026-11-22T09:00:00Z');
const item = 'users/megan@contoso.com/messages/AAMkAD=';
const fileName = 'q3.pdf';
const { settings } = readSettings({ GRAPH_ENDPOINT: 'http://127.0.0.1:1' });

/** Everything outside the orchestrations, put together for one run. */
export class World {
  readonly clock = new VirtualClock(startedAt);
  readonly service: ServiceModel;
  readonly records: RecordsModel;
  readonly secrets = new SecretBoxModel();
  readonly host: MemoryHost;
  readonly leaks: string[] = [];
  readonly ids: readonly string[];
  readonly bytes: Uint8Array;
  private readonly blob: BlobModel;
  private progress: Progress | undefined;
  private invocations = 0;
  /** What the app's process remembers of requests: each run of an activity has its own view of the records. */
  private readonly requests = new Map<string, UploadRequest>();
  /** Sees what was decided, in words. */
  onDecision: ((text: string) => void) | undefined;
  /** The longest history of all. */
  longestHistory = 0;

  constructor(
    readonly scenario: Scenario,
    readonly faults: FaultLog,
    machine: UploadMachine = { decide },
    replays: Replays = 'atTheEnd',
  ) {
    const { totalBytes, sessionMs, statusAnswer, traits } = scenario;
    this.bytes = Uint8Array.from({ length: totalBytes }, (_, i) => i + 1);
    this.blob = new BlobModel(this.bytes);
    this.service = new ServiceModel(this.clock, {
      sessionMs,
      statusAnswer,
      rangeMaxBytes: rangeSizeBytes,
      ...(traits ? { traits } : {}),
    });
    this.records = new RecordsModel((text, where) => {
      this.secrets.onStored(text);
      this.cross(text, where);
    });
    this.ids = Array.from({ length: scenario.uploads }, (_, i) => `upload${i + 1}`);
    const job = uploadJob(this.watched(machine));
    this.host = new MemoryHost({
      clock: this.clock,
      orchestrators: {
        attachFile: function* (context) {
          return yield* runJob(context, job);
        },
      },
      activities: this.activities(),
      entity: mailbox,
      replays,
      mishap: () => faults.activity(),
      onCrossing: (text, where) => this.cross(text, where),
      onWait: (nth, at) => faults.waits(nth, at),
      onMishap: () => faults.came(),
      onHistory: (rows) => void (this.longestHistory = Math.max(this.longestHistory, rows)),
    });
  }

  /** From now on these occasions are noted with the state of everything: of the first upload, if there are several. */
  watchStates(grain: Grain, notes: ReadonlySet<On>): void {
    const [id = ''] = this.ids;
    const state = (): string => {
      const record = this.records.all().find((one) => one.id === id);
      const [pacer] = this.host.entities.states.values();
      const { service, progress, secrets, clock } = this;
      const platform = this.host.shape;
      return stateKey({ now: clock.now, progress, record, service, pacer, platform, kept: secrets.kept }, grain);
    };
    this.faults.watch = { notes, state, phase: () => `${this.host.shape} ${this.host.mailOf(id)}` };
  }

  /** The machine, and what it decided last. */
  private watched({ decide: decideBy }: UploadMachine): UploadMachine {
    return {
      decide: (...input) => {
        const decided = decideBy(...input);
        [this.progress] = decided;
        this.faults.changed();
        const [before, said, now] = input;
        this.onDecision?.(
          `${(now - startedAt) / 1000} s ${before.plan.id}: ${before.asked.do} -> ${said.kind} => ${decided[0].phase.name} ${decided[1].do}`,
        );
        return decided;
      },
    };
  }

  /** What POST /api/uploads does, and what was on the item before. */
  async accept(): Promise<void> {
    this.service.attach('stranger', item, fileName, this.bytes);
    for (const id of this.ids) {
      await this.records.records().insert(newRecord(this.request(id)));
      await this.host.start(orchestratorNames.attachFile, id, { id });
    }
    this.watch();
  }

  async happen(what: Happening): Promise<void> {
    const [id = ''] = this.ids;
    if (what === 'crash') {
      this.requests.clear();
      this.host.crash();
    }
    if (what === 'cancel') await this.cancel(id, true);
    if (what === 'cancelUnheard') await this.cancel(id, false);
    if (what === 'lose') this.host.lose(id, 'Failed');
    if (what === 'vanish') this.host.lose(id, 'gone');
    if (what === 'rotateKey') this.secrets.rotate();
    if (what === 'startAgain' && !this.host.isActive(id))
      await this.host.start(orchestratorNames.attachFile, id, { id });
  }

  /** DELETE /api/uploads/{id}: the flag first, then the event, unless the process dies in between. */
  private async cancel(id: string, isHeard: boolean): Promise<void> {
    const now = this.clock.now;
    const stored = await updateRecord(this.records.records(), id, (record) =>
      record.end ? undefined : { ...record, cancelRequestedAt: now },
    );
    if (isHeard && !stored?.end && this.host.isActive(id)) await this.host.raise(id, eventNames.cancelRequested, null);
  }

  /** The timer function, once a minute. */
  private watch(): void {
    const look = async (): Promise<void> => {
      await watchUploads(this.dependencies(undefined), this.watchTools());
      if (!this.records.haveAllEnded) this.clock.after(60_000, () => void look());
    };
    this.clock.after(60_000, () => void look());
  }

  private watchTools(): WatchTools {
    return {
      instances: this.host,
      clock: () => this.clock.now,
      until: Infinity,
      failed: (cause) => {
        throw cause;
      },
      found: () => undefined,
    };
  }

  private request(id: string): UploadRequest {
    const { totalBytes, way, deadlineMs } = this.scenario;
    const smallAttachmentLimitBytes = way === 'post' ? totalBytes + 1 : 1;
    return {
      id,
      blob: { container: 'uploads', name: fileName, etag: '"0x1"' },
      sizeBytes: totalBytes,
      item,
      name: fileName,
      contentType: 'application/pdf',
      isInline: false,
      reference: null,
      source: 'http',
      warnings: [],
      createdAt: startedAt,
      policy: { rangeSizeBytes, smallAttachmentLimitBytes, settleMs, deadlineMs },
    };
  }

  private cross(text: string, where: string): void {
    if (text.includes(urlSecret)) this.leaks.push(where);
  }

  private dependencies(run: ActivityRun | undefined): Dependencies {
    const { faults } = this;
    const unused = (): never => {
      throw new Error('not used here');
    };
    const by = run?.instanceId ?? '';
    const quietly = run ?? new ActivityRun(this.clock, '', 'timer', undefined, () => undefined);
    const apis = serviceApis(this.service, run ? faults : new FaultLog(() => undefined), quietly, by, this.secrets);
    return {
      settings,
      problems: [],
      blobs: run ? this.blob.source(faults, run) : unused,
      records: this.records.records(run && faults, run),
      ...apis,
      messages: { ownerId: () => Promise.resolve({ kind: 'reply', status: 403 }) },
      secrets: this.secrets,
      instances: () => this.host,
      graphCheck: () => Promise.resolve(undefined),
      clock: () => this.clock.now,
      sleep: (ms: number) => (run ? run.wait(ms) : this.clock.sleep(ms)),
      newId: unused,
    } as unknown as Dependencies;
  }

  private readonly readRequest: typeof requestOf = async (id, records) => {
    const request = this.requests.get(id) ?? (await requestOf(id, records));
    this.requests.set(id, request);
    return request;
  };

  private activities(): Record<string, Activity> {
    const steps = {
      listAttachments,
      postAttachment,
      createUploadSession,
      uploadRange,
      queryUploadSession,
      cancelUploadSession,
      findAttachment,
      verifyAttachment,
      findCopies,
      removeAttachment,
    };
    const begins =
      (act: Activity): Activity =>
      (input, run) => {
        this.faults.begins();
        return act(input, run);
      };
    const step = (act: StepRun<never>): Activity =>
      begins((input, run) =>
        runStep(act, input as StepInput<never>, `run${++this.invocations}`, this.dependencies(run), this.readRequest),
      );
    return {
      ...Object.fromEntries(Object.entries(steps).map(([name, act]) => [name, step(act as unknown as StepRun<never>)])),
      claimUpload: begins((input, run) => claimUpload(input as ClaimInput, this.dependencies(run))),
      endUpload: begins(async (input, run) => {
        await endUpload(input as EndInput, this.dependencies(run), this.host);
        return { kind: 'ended' };
      }),
      nudge: (input) => nudge(input as NudgeInput, this.host),
    };
  }
}
