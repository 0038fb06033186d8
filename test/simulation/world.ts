import '../orchestrators/support/quietFunctions';
import type { Progress } from '../../src/core/upload/machine/progressState';
import { begin, beginRecovery, decide } from '../../src/core/upload/machine/uploadProgress';
import type { UploadRecord, UploadRequest } from '../../src/core/upload/record';
import type { Dependencies } from '../../src/dependencies';
import { beginUpload } from '../../src/functions/activities/upload/beginUpload';
import { cancelUploadSession } from '../../src/functions/activities/upload/cancelUploadSession';
import { createUploadSession } from '../../src/functions/activities/upload/createUploadSession';
import { endUpload } from '../../src/functions/activities/upload/endUpload';
import { findAttachment, findSurplus } from '../../src/functions/activities/upload/findAttachment';
import { lookBefore } from '../../src/functions/activities/upload/lookBefore';
import { postAttachment } from '../../src/functions/activities/upload/postAttachment';
import { queryUploadSession } from '../../src/functions/activities/upload/queryUploadSession';
import { updateRecord } from '../../src/app/jobs/records';
import { removeAttachment } from '../../src/functions/activities/upload/removeAttachment';
import { uploadRange } from '../../src/functions/activities/upload/uploadRange';
import { verifyAttachment } from '../../src/functions/activities/upload/verifyAttachment';
import { wakeUploads } from '../../src/functions/activities/upload/wakeUploads';
import { watchUploads } from '../../src/functions/timers/watchUploads';
import { eventNames, orchestratorNames, WakeInput } from '../../src/orchestrators/contract';
import { orchestrationsBy, UploadMachine } from '../../src/orchestrators/attachFile';
import { mailboxPacer } from '../../src/orchestrators/mailboxPacer';
import { readSettings } from '../../src/settings';
import type { ActivityRun } from '../orchestrators/support/activityRun';
import type { Replays } from '../orchestrators/support/replayed';
import { Activity, MemoryHost } from '../orchestrators/support/memoryHost';
import { VirtualClock } from '../orchestrators/support/virtualClock';
import { BlobModel, RecordsModel, SecretBoxModel, serviceApis } from './fakes';
import type { FaultLog, Happening, On } from './faults';
import { settleMs } from './scenarios';
import { ServiceModel, urlSecret } from './service';
import { Grain, stateKey } from './stateKey';

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
}

export const rangeSizeBytes = 4;
const startedAt = Date.parse('2026-11-22T09:00:00Z');
const item = 'users/megan@contoso.com/messages/AAMkAD=';
const fileName = 'q3.pdf';
const { settings } = readSettings({ GRAPH_ENDPOINT: 'http://127.0.0.1:1' });
type AnyStep = (call: never, deps: Dependencies) => Promise<unknown>;

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

  constructor(
    readonly scenario: Scenario,
    readonly faults: FaultLog,
    machine: UploadMachine = { begin, beginRecovery, decide },
    replays: Replays = 'atTheEnd',
  ) {
    const { totalBytes, sessionMs, statusAnswer } = scenario;
    this.bytes = Uint8Array.from({ length: totalBytes }, (_, i) => i + 1);
    this.blob = new BlobModel(this.bytes);
    this.service = new ServiceModel(this.clock, { sessionMs, statusAnswer, rangeMaxBytes: rangeSizeBytes });
    this.records = new RecordsModel((text, where) => {
      this.secrets.onStored(text);
      this.cross(text, where);
    });
    this.ids = Array.from({ length: scenario.uploads }, (_, i) => `upload${i + 1}`);
    this.host = new MemoryHost({
      clock: this.clock,
      orchestrators: orchestrationsBy(this.watched(machine)),
      activities: this.activities(),
      entity: mailboxPacer,
      replays,
      mishap: () => faults.activity(),
      onCrossing: (text, where) => this.cross(text, where),
      onWait: (nth, at) => faults.waits(nth, at),
      onMishap: () => faults.came(),
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
  private watched(machine: UploadMachine): UploadMachine {
    const seen = <T extends readonly [Progress, unknown]>(decided: T): T => {
      [this.progress] = decided;
      this.faults.changed();
      return decided;
    };
    return {
      begin: (...input) => seen(machine.begin(...input)),
      beginRecovery: (...input) => seen(machine.beginRecovery(...input)),
      decide: (...input) => seen(machine.decide(...input)),
    };
  }

  /** What POST /api/uploads does, and what was on the item before. */
  async accept(): Promise<void> {
    this.service.attach('stranger', item, fileName, this.bytes);
    for (const id of this.ids) {
      const record: UploadRecord = {
        id,
        request: this.request(id),
        state: 'active',
        intents: [],
        updatedAt: startedAt,
      };
      await this.records.records().insert(record);
      await this.host.start(orchestratorNames.attachFile, id, { id });
    }
    this.watch();
  }

  async happen(what: Happening): Promise<void> {
    const [id = ''] = this.ids;
    if (what === 'crash') this.host.crash();
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
      await watchUploads(this.dependencies(undefined), this.host);
      if (this.records.all().some(({ end }) => !end)) this.clock.after(60_000, () => void look());
    };
    this.clock.after(60_000, () => void look());
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
    const by = run?.instanceId.replace(/-recovery$/, '') ?? '';
    const apis = run
      ? serviceApis(this.service, faults, run, by, this.secrets)
      : { attachments: unused, sessions: unused };
    return {
      settings,
      problems: [],
      blobs: run ? this.blob.source(faults, run) : unused,
      records: this.records.records(run && faults, run),
      ...apis,
      secrets: this.secrets,
      instances: () => this.host,
      graphCheck: () => Promise.resolve(undefined),
      clock: () => this.clock.now,
      sleep: (ms: number) => (run ? run.wait(ms) : this.clock.sleep(ms)),
      newId: unused,
    } as unknown as Dependencies;
  }

  private activities(): Record<string, Activity> {
    const steps = {
      lookBefore,
      postAttachment,
      createUploadSession,
      uploadRange,
      queryUploadSession,
      cancelUploadSession,
      findAttachment,
      verifyAttachment,
      findSurplus,
      removeAttachment,
    };
    const step =
      (act: AnyStep): Activity =>
      (input, run) => {
        this.faults.begins();
        return act(input as never, this.dependencies(run));
      };
    return {
      ...Object.fromEntries(Object.entries(steps).map(([name, act]) => [name, step(act as AnyStep)])),
      beginUpload: step(beginUpload),
      endUpload: step(async (input, deps) => (await endUpload(input, deps), 'ended')),
      wakeUploads: (input) => wakeUploads(input as WakeInput, this.host),
    };
  }
}
