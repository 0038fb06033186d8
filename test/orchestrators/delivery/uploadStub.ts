import type { OrchestrationHandler, Task } from 'durable-functions';
import type { UploadEnd, UploadRecord } from '../../../src/core/upload/record';
import type { UploadRecords } from '../../../src/core/upload/ports';
import { updateRecord } from '../../../src/app/jobs/records';
import { eventNames } from '../../../src/orchestrators/contract';
import { isDone, nowOf, settled, sleepUntil } from '../../../src/orchestrators/tasks';
import type { MailModel } from './mailModel';

/** How an upload goes: test/simulation has the real one. */
export type Fate = 'attached' | 'unverified' | 'refused' | 'unknown';

/** Stands for attachFile: claims the record, takes 5 s, listens to the cancel, ends on the record. */
export const attachStub: OrchestrationHandler = (context) => run(context, false);
/** Stands for recoverUpload. */
export const recoverStub: OrchestrationHandler = (context) => run(context, true);

function* run(context: Parameters<OrchestrationHandler>[0], recovers: boolean): Generator<Task, string, unknown> {
  const { id } = context.df.getInput<{ id: string }>();
  const cancel = context.df.waitForExternalEvent(eventNames.cancelRequested);
  const execution = context.df.newGuid(context.df.instanceId);
  const begun = yield* settled<string>(context.df.callActivity('stubBegin', { id, execution, recovers }));
  if (begun === 'superseded') return begun;
  if (begun === 'begun') yield* sleepUntil(context, nowOf(context) + 5_000, [cancel]);
  const isCancelled = begun === 'cancelled' || isDone(cancel);
  for (;;) {
    const ended = yield* settled(context.df.callActivity('stubEnd', { id, execution, recovers, isCancelled }));
    if (ended !== undefined) return 'ended';
    yield* sleepUntil(context, nowOf(context) + 5_000, []);
  }
}

export interface StubInput {
  readonly id: string;
  readonly execution: string;
  readonly recovers: boolean;
  readonly isCancelled: boolean;
}

export async function stubBegin({ id, execution, recovers }: StubInput, records: UploadRecords): Promise<string> {
  const stored = await updateRecord(records, id, (record) =>
    record.end || (record.claimedBy !== undefined && !recovers) ? undefined : { ...record, claimedBy: execution },
  );
  if (stored?.claimedBy !== execution || stored.end) return 'superseded';
  return stored.cancelRequestedAt === undefined ? 'begun' : 'cancelled';
}

export async function stubEnd(
  { id, execution, recovers, isCancelled }: StubInput,
  records: UploadRecords,
  mail: MailModel,
  fate: Fate,
  now: number,
): Promise<string> {
  await updateRecord(records, id, (record) => {
    if (record.end || record.claimedBy !== execution) return undefined;
    const message = record.request.item?.split('/').at(-1) ?? '';
    const end = recovers
      ? failed('Internal')
      : isCancelled
        ? { status: 'cancelled' as const }
        : attach(mail, message, id, fate);
    return endedRecord(record, { ...end, warnings: [], timeline: [], bytesSent: 0, endedAt: now });
  });
  return 'ended';
}

type Bare = Omit<UploadEnd, 'warnings' | 'timeline' | 'bytesSent' | 'endedAt'>;

const failed = (code: 'Internal' | 'AccessDenied' | 'OutcomeUnknown' | 'ItemNotFound'): Bare => ({
  status: 'failed',
  error: { code, detail: 'It went wrong.' },
});

/** Effect and record in one: what the real one needs to hold them together is not this spec's matter. */
function attach(mail: MailModel, message: string, by: string, fate: Fate): Bare {
  if (fate === 'refused') return failed('AccessDenied');
  if (fate === 'unknown') return failed('OutcomeUnknown');
  const id = mail.attach(message, by);
  if (id === undefined) return failed('ItemNotFound');
  const attachment = { id, location: null, sha256: null, verified: fate === 'attached', method: 'post' as const };
  return { status: 'succeeded', attachment };
}

const endedRecord = (record: UploadRecord, end: UploadEnd): UploadRecord => ({ ...record, state: end.status, end });
