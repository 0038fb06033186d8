import '../support/quietFunctions';
import { cancelUploads } from '../../../src/app/deliveries/cancel';
import { watchDeliveries } from '../../../src/app/deliveries/watch';
import { updateRecord } from '../../../src/app/jobs/records';
import type { WatchTools } from '../../../src/app/jobs/watch';
import { watchUploads } from '../../../src/app/uploads/watch';
import type { DeliveryRecords } from '../../../src/core/delivery/ports';
import type { DeliveryRecord } from '../../../src/core/delivery/record';
import type { UploadRecords } from '../../../src/core/upload/ports';
import type { UploadRecord, UploadRequest } from '../../../src/core/upload/record';
import { newRecord } from '../../../src/core/upload/request';
import type { MailApi } from '../../../src/core/wire/ports';
import type { Message } from '../../../src/core/wire/resources';
import type { Dependencies } from '../../../src/dependencies';
import { checkUpload } from '../../../src/functions/activities/delivery/checkUpload';
import { claimDelivery } from '../../../src/functions/activities/delivery/claimDelivery';
import { createDraft } from '../../../src/functions/activities/delivery/createDraft';
import { deleteDraft } from '../../../src/functions/activities/delivery/deleteDraft';
import { deleteExtraDrafts } from '../../../src/functions/activities/delivery/deleteExtraDrafts';
import { endDelivery } from '../../../src/functions/activities/delivery/endDelivery';
import { findDraft } from '../../../src/functions/activities/delivery/findDraft';
import { findSent } from '../../../src/functions/activities/delivery/findSent';
import { listFiles } from '../../../src/functions/activities/delivery/listFiles';
import { markDraft } from '../../../src/functions/activities/delivery/markDraft';
import { readItem } from '../../../src/functions/activities/delivery/readItem';
import { sendMessage } from '../../../src/functions/activities/delivery/sendMessage';
import { settleUploads } from '../../../src/functions/activities/delivery/settleUploads';
import { startUpload } from '../../../src/functions/activities/delivery/startUpload';
import { DeliveryRun, runDeliveryStep } from '../../../src/functions/activities/delivery/step';
import { takeBack } from '../../../src/functions/activities/delivery/takeBack';
import { eventNames, orchestratorNames } from '../../../src/orchestrators/contract';
import { deliver } from '../../../src/orchestrators/deliver';
import { mailbox as mailboxEntity } from '../../../src/orchestrators/mailbox';
import { readSettings } from '../../../src/settings';
import { memoryDeliveries } from '../../functions/support/memoryDeliveries';
import { memoryRecords } from '../../functions/support/memoryRecords';
import { sampleRequest } from '../../functions/support/sampleRecord';
import type { ActivityRun } from '../support/activityRun';
import { Activity, MemoryHost } from '../support/memoryHost';
import { VirtualClock } from '../support/virtualClock';
import type { Happening, MailCall, Script } from './deliveryFaults';
import { MailModel, Wire } from './mailModel';
import { attachStub, Fate, stubBegin, stubEnd, StubInput } from './uploadStub';

export interface Scenario {
  readonly target: 'item' | 'newDraft';
  readonly send: boolean;
  readonly onFailure: 'remove' | 'keep';
  /** One a file. */
  readonly fates: readonly Fate[];
  readonly movesAfterMs: number;
  readonly verify?: 'required';
  /** How long an upload takes; 5 s where it is not said. */
  readonly uploadMs?: number;
  /** Somebody removes the first file while the last one is attached. */
  readonly losesFile?: true;
  /** Somebody sends the message when the first file is on it. */
  readonly isSentMeanwhile?: true;
}

export const startedAt = Date.parse('2026-11-22T09:00:00Z');
export const settleMs = 60_000;
export const deadlineMs = 60 * 60_000;
const mailbox = 'users/megan@contoso.com';
const graphMs = 80;
const storageMs = 10;
const { settings } = readSettings({ GRAPH_ENDPOINT: 'http://127.0.0.1:1' });

/** A delivery and everything around it, in memory on a virtual clock: the real orchestrator and activities, uploads as stubs. */
export class DeliveryWorld {
  readonly clock = new VirtualClock(startedAt);
  readonly mail: MailModel;
  readonly deliveries = memoryDeliveries();
  readonly records = memoryRecords();
  readonly host: MemoryHost;
  readonly id = 'delivery-1';
  readonly uploads: readonly string[];
  readonly message: string | undefined;

  constructor(
    readonly scenario: Scenario,
    readonly script: Script,
  ) {
    this.mail = new MailModel(this.clock, scenario.movesAfterMs);
    this.uploads = scenario.fates.map((_, i) => `upload-${i + 1}`);
    this.message = scenario.target === 'item' ? this.mail.draft().id : undefined;
    this.host = new MemoryHost({
      clock: this.clock,
      orchestrators: { deliver, attachFile: attachStub },
      activities: this.activities(),
      entity: mailboxEntity, // nobody calls it here
      onHistory: (rows) => void (this.longestHistory = Math.max(this.longestHistory, rows)),
      mishap: (_name, instance) => (instance.startsWith('delivery') ? script.activity() : undefined),
      onRun: (nth, run) => {
        if (run.instanceId.startsWith('delivery')) this.dispatched.set(nth, run.boundaries);
      },
    });
  }
  longestHistory = 0;
  private readonly dispatched = new Map<number, number>();

  /** How often each activity of the delivery waited for I/O, in their order. */
  get boundaries(): number[] {
    return [...this.dispatched].sort(([a], [b]) => a - b).map(([, count]) => count);
  }

  get record(): DeliveryRecord | undefined {
    return this.deliveries.all()[0];
  }
  get uploadRecords(): UploadRecord[] {
    return [...this.records.all.values()].map(({ value }) => JSON.parse(value) as UploadRecord);
  }

  async accept(): Promise<void> {
    const { target, send, onFailure } = this.scenario;
    const item = this.message === undefined ? null : `${mailbox}/messages/${this.message}`;
    const uploads = this.uploads.map((id): UploadRequest => {
      const changes = { item, createdAt: startedAt, source: 'delivery' as const, delivery: this.id };
      return { ...sampleRequest(id), ...changes, name: `${id}.pdf` };
    });
    const request = {
      id: this.id,
      target: item === null ? { kind: 'newDraft' as const, mailbox } : { kind: 'item' as const, item },
      uploads: this.uploads,
      send,
      onFailure,
      ...(this.scenario.verify ? { verify: this.scenario.verify } : {}),
      reference: null,
      source: 'delivery' as const,
      warnings: [],
      createdAt: startedAt,
      policy: { settleMs, deadlineMs },
    };
    const facts = { createsBegun: 0, sendsBegun: 0 };
    const record: DeliveryRecord = { id: this.id, request, state: 'active', resumes: 0, facts, updatedAt: startedAt };
    await this.deliveries.insert(record, { message: target === 'newDraft' ? { subject: 'x' } : null, uploads });
    await this.records.insert(newRecord(uploads[0]!)); // whoever accepted it died before the others were written
    await this.host.start(orchestratorNames.deliver, this.id, { id: this.id });
    this.watch();
  }

  get isOver(): boolean {
    return this.host.isQuiet && this.record?.end !== undefined;
  }

  async happen(what: Happening): Promise<void> {
    const upload = this.uploads.find((id) => this.host.isActive(id)) ?? '';
    switch (what) {
      case 'crash': {
        this.host.crash();
        return;
      }
      case 'cancel':
        return this.cancel();
      case 'lose': {
        this.host.lose(this.id, 'Failed');
        return;
      }
      case 'vanish': {
        this.host.lose(this.id, 'gone');
        return;
      }
      case 'loseUpload': {
        this.host.lose(upload, 'Failed');
        return;
      }
      case 'vanishUpload': {
        this.host.lose(upload, 'gone');
        return;
      }
    }
  }

  /** What DELETE does. */
  private async cancel(): Promise<void> {
    const now = this.clock.now;
    const stored = await updateRecord(this.deliveries, this.id, (record) =>
      record.end || record.facts.sentAt !== undefined
        ? undefined
        : { ...record, cancelRequestedAt: now, updatedAt: now },
    );
    if (!stored || stored.end || stored.cancelRequestedAt === undefined) return;
    if (this.host.isActive(this.id)) await this.host.raise(this.id, eventNames.cancelRequested, null);
    await cancelUploads(stored, this.dependencies(undefined), this.quietRaise());
  }

  /** The timer functions, once a minute. */
  private watch(): void {
    const look = async (): Promise<void> => {
      const { clock } = this;
      const failed = (cause: unknown): never => {
        throw cause;
      };
      const instances = this.quietRaise();
      const tools: WatchTools = { instances, clock: () => clock.now, until: Infinity, failed, found: () => undefined };
      await watchDeliveries(this.dependencies(undefined), tools);
      await watchUploads(this.dependencies(undefined), tools);
      if (!this.isOver) this.clock.after(60_000, () => void look());
    };
    this.clock.after(60_000, () => void look());
  }

  private quietRaise(): MemoryHost {
    const { host } = this;
    const raise = async (id: string, event: string, data: unknown): Promise<void> => {
      if (host.isActive(id)) await host.raise(id, event, data);
    };
    return Object.assign(Object.create(host) as MemoryHost, { raise });
  }

  private dependencies(run: ActivityRun | undefined): Dependencies {
    return {
      problems: [],
      settings,
      clock: () => this.clock.now,
      sleep: () => new Promise<void>(() => undefined), // nobody waits for so long
      records: slowly<UploadRecords>(this.records, run),
      deliveries: slowly<DeliveryRecords>(this.deliveries, run),
      messages: run && this.messages(run),
      attachments: {
        list: async (item: { segments: readonly string[] }) => {
          const wire = await this.call(run, 'list', () => ({
            kind: 'reply',
            status: this.mail.find(idOf(item)) ? 200 : 404,
          }));
          if (wire.kind !== 'reply' || wire.status !== 200) return wire;
          return { kind: 'list', attachments: this.mail.listed(idOf(item)) };
        },
        remove: (_item: unknown, id: string) =>
          this.call(run, 'removeAttachment', () => this.mail.removeAttachment(id)),
      },
    } as unknown as Dependencies;
  }

  private call(run: ActivityRun | undefined, name: MailCall, act: () => Wire): Promise<Wire> {
    if (!run) throw new Error('Only an activity calls the service.');
    return run.io(graphMs, () => this.mail.deliver(this.script.call(name), act));
  }

  private messages(run: ActivityRun): Partial<MailApi> {
    const { mail } = this;
    const shown = (id: string) => {
      const found = mail.find(id);
      return found && { id: found.id, isDraft: found.folder === 'drafts', sentAt: found.movesAt, hasRecipients: true };
    };
    const readOne = async (id: string): Promise<{ kind: 'read'; message: Message } | Wire> => {
      const wire = await this.call(run, 'read', () => ({ kind: 'reply', status: shown(id) ? 200 : 404 }));
      const message = shown(id);
      return message && wire.kind === 'reply' && wire.status === 200 ? { kind: 'read', message } : wire;
    };
    return {
      create: (_mailbox, body) =>
        run.io(graphMs, () => mail.deliver(this.script.call('create'), (fault) => mail.create(body, fault))),
      patch: (item, body) => this.call(run, 'patch', () => mail.patch(idOf(item), body)),
      send: (item) => this.call(run, 'send', () => mail.send(idOf(item))),
      remove: (item) => this.call(run, 'remove', () => mail.remove(idOf(item))),
      read: async (item) => {
        const read = await readOne(idOf(item));
        return read.kind === 'read' ? { kind: 'message', message: read.message } : read;
      },
      readItem: async (item) => ({ kind: 'item', id: idOf(item) }), // its uploads have asked before
      readMessage: (item) => readOne(idOf(item)),
      readMessageById: (_mailbox, id) => readOne(id),
      findByInternetId: async () => ({ kind: 'found', messages: [] }),
      findMarked: async (_mailbox, folder, _property, value) => {
        const wire = await this.call(run, 'find', () => ({ kind: 'reply', status: 200 }));
        if (wire.kind !== 'reply' || wire.status !== 200) return wire;
        const messages = mail.marked(folder, value).map(({ id }) => shown(id)!);
        return { kind: 'messages', messages };
      },
    };
  }

  private activities(): Record<string, Activity> {
    const steps = {
      readItem,
      createDraft,
      findDraft,
      startUpload,
      checkUpload,
      markDraft,
      listFiles,
      sendMessage,
      findSent,
      settleUploads,
      takeBack,
      deleteDraft,
      deleteExtraDrafts,
    };
    const step =
      (act: unknown): Activity =>
      (input, run) => {
        const by = `run ${++this.invocations}`;
        const deps = this.dependencies(run);
        return runDeliveryStep(act as DeliveryRun<'createDraft'>, input as never, by, deps, this.quietRaise());
      };
    const fateOf = ({ id }: StubInput): Fate => this.scenario.fates[this.uploads.indexOf(id)] ?? 'attached';
    const stubEnding = (input: StubInput): Promise<string> =>
      stubEnd(input, this.records, this.mail, fateOf(input), this.clock.now);
    return {
      ...Object.fromEntries(Object.entries(steps).map(([name, act]) => [name, step(act)])),
      claimDelivery: (input, run) => claimDelivery(input as never, this.dependencies(run)),
      endDelivery: async (input, run) => {
        await endDelivery(input as never, this.dependencies(run), this.quietRaise());
        return { kind: 'ended' };
      },
      stubBegin: async (input) => {
        const kind = await stubBegin(input as StubInput, this.records, this.clock.now);
        return { kind, takesMs: this.scenario.uploadMs ?? 5_000 };
      },
      stubEnd: async (input) => {
        const said = await stubEnding(input as StubInput);
        if (this.scenario.isSentMeanwhile) this.mail.sendByHand(this.mail.messages[0]?.id ?? '');
        const isLast = (input as StubInput).id === this.uploads.at(-1);
        if (this.scenario.losesFile && isLast) this.mail.attachments.shift();
        if (this.nudges) await this.quietRaise().raise(this.id, eventNames.nudge, null);
        return said;
      },
    };
  }
  /** False: the nudge of each upload's end is lost. */
  nudges = true;
  private invocations = 0;
}

const idOf = (item: { segments: readonly string[] }): string => item.segments.at(-1) ?? '';

/** A store whose every call takes time, during which an activity may die; without a run it answers at once. */
function slowly<T extends object>(store: T, run: ActivityRun | undefined): T {
  if (!run) return store;
  const slow =
    (work: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      await run.wait(storageMs / 2);
      const result = await work(...args);
      await run.wait(storageMs / 2);
      return result;
    };
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? slow(value.bind(target) as (...args: unknown[]) => Promise<unknown>) : value;
    },
  });
}
