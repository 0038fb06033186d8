import '../orchestrators/support/quietFunctions';
import { updateRecord } from '../../src/app/jobs/records';
import type { WatchTools } from '../../src/app/jobs/watch';
import { watchUploads } from '../../src/app/uploads/watch';
import type { UploadMachine } from '../../src/core/upload/machine/decide';
import { newRecord } from '../../src/core/upload/request';
import type { UploadRequest } from '../../src/core/upload/record';
import { uploadJob, UploadJob } from '../../src/orchestrators/attachFile';
import { eventNames, orchestratorNames, UploadState } from '../../src/orchestrators/contract';
import { mailbox } from '../../src/orchestrators/mailbox';
import { run as runJob } from '../../src/orchestrators/run';
import { MemoryHost } from '../orchestrators/support/memoryHost';
import type { Replays } from '../orchestrators/support/replayed';
import { VirtualClock } from '../orchestrators/support/virtualClock';
import { activitiesOf, Process } from './activities';
import type { Mistake } from './app';
import { Conduct } from './conduct';
import { BlobModel, RecordsModel, SecretBoxModel } from './fakes';
import type { FaultLog, Happening, On } from './faults';
import { asOldRecord } from './oldRecords';
import { itemId, nameOf, pathOf, rangeSizeBytes, Scenario, settleMs, startedAt } from './scenario';
import { ServiceModel, urlSecret } from './service';
import { Grain, stateKey } from './stateKey';
import type { Surroundings } from './surroundings';
import { versions } from './versions';

/** Everything outside the orchestrations, put together for one run. */
export class World implements Surroundings {
  readonly clock = new VirtualClock(startedAt);
  readonly service: ServiceModel;
  readonly records: RecordsModel;
  readonly secrets = new SecretBoxModel();
  readonly host: MemoryHost;
  readonly conduct = new Conduct();
  readonly leaks: string[] = [];
  readonly ids: readonly string[];
  readonly bytes: Uint8Array;
  readonly blob: BlobModel;
  /** The version of the app that is deployed. */
  version: UploadMachine = versions.rollBack;
  /** What was decided last. */
  private state: UploadState | undefined;
  private readonly process: Process;
  private hasStuck = false;
  /** Sees what was decided, in words. */
  onDecision: ((text: string) => void) | undefined;

  constructor(
    readonly scenario: Scenario,
    readonly faults: FaultLog,
    readonly mistake: Mistake = {},
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
      this.secrets.onStored(text, this.clock.now);
      this.cross(text, where);
    });
    this.ids = Array.from({ length: scenario.uploads }, (_, i) => `upload${i + 1}`);
    this.process = new Process(this);
    const { conduct } = this;
    const jobOf = this.jobOf.bind(this);
    this.host = new MemoryHost({
      clock: this.clock,
      orchestrators: {
        attachFile: function* (context) {
          return yield* runJob(context, jobOf());
        },
      },
      activities: activitiesOf(this, this.process),
      entity: mailbox,
      replays,
      mishap: () => faults.activity(),
      onCrossing: (text, where) => this.cross(text, where),
      onWait: (nth, at) => faults.waits(nth, at),
      onMishap: () => faults.came(),
      onHistory: (rows) => conduct.rows(rows),
    });
  }

  /** The version's machine, with the mistake that a spec has planted. */
  get machine(): UploadMachine {
    return this.mistake.machine?.(this.version) ?? this.version;
  }

  /** From now on these occasions are noted with the state of everything: of the first upload, if there are several. */
  watchStates(grain: Grain, notes: ReadonlySet<On>): void {
    const [id = ''] = this.ids;
    const state = (): string => {
      const record = this.records.find(id);
      const [entity] = this.host.entities.states.values();
      const { service, secrets, clock } = this;
      const { job: progress, slot } = this.state ?? {};
      const platform = `${this.shape()} ${this.process.shape} ${this.version.schema}`;
      const { kept } = secrets;
      return stateKey({ now: clock.now, progress, slot, record, service, mailbox: entity, platform, kept }, grain);
    };
    this.faults.watch = { notes, state, phase: () => `${this.shape()} ${this.host.mailOf(id)}` };
  }

  /** What is in hand; of activities also whether their job has gone on without them, and when the watch looks after lost ones. */
  private shape(): string {
    const run = (id: string) => this.records.find(id)?.run;
    const shape = this.host.shape((input) => {
      const { id, epoch, step } = JSON.parse(input) as { id: string; epoch?: number; step?: { no: number } };
      const { epoch: current = 0, fence = 0 } = run(id) ?? {};
      return `${epoch === current} ${step === undefined ? '' : Math.sign(step.no - fence)}`;
    });
    const isLost = this.ids.some((id) => !this.host.isActive(id));
    return isLost ? `${shape} ${(this.clock.now - startedAt) % 60_000}` : shape;
  }

  /** The job by the version that is deployed when it is replayed. */
  private jobOf(): UploadJob {
    const job = uploadJob(this.machine);
    return {
      ...job,
      machine: {
        decide: (before, said, now) => {
          const decided = job.machine.decide(before, said, now);
          [this.state] = decided;
          if (!before.asked && said.kind !== 'crashed') this.conduct.isTold(before.job.plan.id);
          this.faults.changed();
          const asked = (before.asked ?? before.wanted).do;
          this.onDecision?.(
            `${(now - startedAt) / 1000} s ${before.job.plan.id}: ${asked} -> ${said.kind} => ${decided[0].job.phase.name} ${decided[1].do}`,
          );
          return decided;
        },
      },
    };
  }

  /** What POST /api/uploads does, and what was on the item before. */
  async accept(): Promise<void> {
    const stranger = this.service.attach('stranger', itemId, nameOf(this.scenario, 0), this.bytes);
    for (const [nth, id] of this.ids.entries()) {
      const request = this.request(id, nth);
      const isOld = this.scenario.isOld === true && nth === 0;
      const record = isOld ? asOldRecord(request, this, stranger.id) : newRecord(request);
      await this.records.records().insert(record);
      if (!isOld) await this.host.start(orchestratorNames.attachFile, id, { id });
    }
    this.watch();
  }

  async happen(what: Happening): Promise<void> {
    const [id = ''] = this.ids;
    await this.happenings[what](id);
  }

  private readonly happenings: Readonly<Record<Happening, (id: string) => Promise<void> | void>> = {
    crash: () => {
      this.process.restarts();
      this.host.crash();
    },
    cancel: (id) => this.cancel(id, true),
    cancelUnheard: (id) => this.cancel(id, false),
    lose: (id) => this.host.lose(id, 'Failed'),
    terminate: (id) => this.host.lose(id, 'Terminated'),
    vanish: (id) => this.host.lose(id, 'gone'),
    loseBare: (id) => {
      this.records.forgetCheckpoint(id);
      this.host.lose(id, 'Failed');
    },
    stick: (id) => {
      this.hasStuck = true;
      this.host.stick(id);
    },
    startAgain: async (id) => {
      if (!this.host.isActive(id)) await this.host.start(orchestratorNames.attachFile, id, { id });
    },
    rotateKey: () => this.secrets.rotate(),
    rollBack: () => this.deploy(versions.rollBack),
    deploySteps: () => this.deploy(versions.deploySteps),
    deployOrder: () => this.deploy(versions.deployOrder),
    deploySchema: () => this.deploy(versions.deploySchema),
  };

  /** Other workers take over: what is in hand dies with the old ones and comes again. */
  private deploy(version: UploadMachine): void {
    this.version = version;
    this.process.restarts();
    this.host.crash();
    this.host.redeploy();
  }

  /** DELETE /api/uploads/{id}: the flag first, then the event, unless the process dies in between. */
  private async cancel(id: string, isHeard: boolean): Promise<void> {
    const now = this.clock.now;
    const stored = await updateRecord(this.records.records(), id, (record) =>
      record.end ? undefined : { ...record, cancelRequestedAt: now },
    );
    if (isHeard && !stored?.end && this.host.isActive(id)) await this.host.raise(id, eventNames.cancelRequested, null);
  }

  /** The time after the end, in which what is late comes: the timer goes on. */
  async drain(forMs: number): Promise<void> {
    const until = this.clock.now + forMs;
    this.watch(until);
    await this.clock.until(() => false, until);
  }

  /** The timer function, once a minute, until all have ended, or until then. */
  private watch(until = 0): void {
    const look = async (): Promise<void> => {
      for (const id of this.ids) {
        const status = this.host.isActive(id) ? await this.host.status(id) : undefined;
        if (!this.hasStuck) this.conduct.shows(id, status?.customStatus, this.clock.now);
      }
      if (this.records.areWatched) await watchUploads(this.process.dependencies(), this.watchTools());
      if (!this.records.haveAllEnded || this.clock.now < until) this.clock.after(60_000, () => void look());
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

  private request(id: string, nth: number): UploadRequest {
    const { totalBytes, way, deadlineMs, rangesPerActivity = 1 } = this.scenario;
    const smallAttachmentLimitBytes = way === 'post' ? totalBytes + 1 : 1;
    const name = nameOf(this.scenario, nth);
    return {
      id,
      blob: { container: 'uploads', name: 'q3.pdf', etag: '"0x1"' },
      sizeBytes: totalBytes,
      item: pathOf(this.scenario, nth),
      name,
      contentType: 'application/pdf',
      isInline: false,
      reference: null,
      source: 'http',
      warnings: [],
      createdAt: startedAt,
      policy: { rangeSizeBytes, rangesPerActivity, smallAttachmentLimitBytes, settleMs, deadlineMs },
    };
  }

  private cross(text: string, where: string): void {
    if (text.includes(urlSecret)) this.leaks.push(where);
    if (where === 'entity input') this.conduct.asksMailbox((JSON.parse(text) as { id: string }).id, this.clock.now);
  }
}
