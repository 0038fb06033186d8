import type { OrchestrationHandler } from 'durable-functions';
import { claimJob } from '../../../src/app/jobs/claim';
import { updateRecord } from '../../../src/app/jobs/records';
import type { UploadRecords } from '../../../src/core/upload/ports';
import type { UploadEnd, UploadRecord } from '../../../src/core/upload/record';
import { eventNames } from '../../../src/orchestrators/contract';
import { isDone, nowOf, settled, sleepUntil } from '../../../src/orchestrators/tasks';
import type { MailModel } from './mailModel';

/** How an upload goes: test/simulation has the real one. */
export type Fate = 'attached' | 'unverified' | 'refused' | 'unknown';

/** Stands for attachFile: claims the record, takes its time, listens to the cancel, ends on the record. Lost, it begins again. */
export const attachStub: OrchestrationHandler = function* (context) {
  const { id } = context.df.getInput<{ id: string }>();
  const cancel = context.df.waitForExternalEvent(eventNames.cancelRequested);
  const execution = context.df.newGuid(context.df.instanceId);
  const begun = yield* settled<StubBegun>(context.df.callActivity('stubBegin', { id, execution }));
  if (!begun || begun.kind === 'superseded') return 'superseded';
  const dueAt = nowOf(context) + begun.takesMs;
  context.df.setCustomStatus({ status: 'running', dueAt }); // as every job says when its next step is due
  if (begun.kind === 'begun') yield* sleepUntil(context, dueAt, [cancel]);
  const isCancelled = begun.kind === 'cancelled' || isDone(cancel);
  return yield* settled(context.df.callActivity('stubEnd', { id, execution, isCancelled }));
};

interface StubBegun {
  readonly kind: string;
  readonly takesMs: number;
}
export interface StubInput {
  readonly id: string;
  readonly execution: string;
  readonly isCancelled: boolean;
}

export async function stubBegin({ id, execution }: StubInput, records: UploadRecords, now: number): Promise<string> {
  const claimed = await claimJob<UploadRecord>(records, { id, execution }, 1, now);
  if (!claimed) return 'superseded';
  return claimed.record.cancelRequestedAt === undefined ? 'begun' : 'cancelled';
}

export async function stubEnd(
  { id, execution, isCancelled }: StubInput,
  records: UploadRecords,
  mail: MailModel,
  fate: Fate,
  now: number,
): Promise<string> {
  await updateRecord(records, id, (record) => {
    if (record.end || record.run?.execution !== execution) return undefined;
    const message = record.request.item?.split('/').at(-1) ?? '';
    const end = isCancelled ? { status: 'cancelled' as const } : attach(mail, message, id, fate);
    return endedRecord(record, { ...end, warnings: [], timeline: [], bytesSent: 0, endedAt: now });
  });
  return 'ended';
}

type Bare = Omit<UploadEnd, 'warnings' | 'timeline' | 'bytesSent' | 'endedAt'>;

const failed = (code: 'AccessDenied' | 'OutcomeUnknown' | 'ItemNotFound'): Bare => ({
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
