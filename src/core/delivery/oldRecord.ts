import type { Problem } from '../errors';
import type { DeliveryRecord } from './record';

/** A record as version 0.1 wrote it. */
interface OldRecord extends Omit<DeliveryRecord, 'facts' | 'run' | 'resumes'> {
  readonly claimedBy?: string;
  readonly creating?: unknown;
  readonly draft?: { readonly id: string; readonly item: string };
  readonly sending?: { readonly at: number; readonly sentAt?: number };
  readonly closed?: true;
}

/**
 * A stored record in today's form. A delivery that version 0.1 had begun goes on from the facts: what it may have made or sent
 * is looked for, and a send whose fate it did not know is never repeated.
 */
export function readDeliveryRecord(stored: unknown): DeliveryRecord {
  const record = stored as DeliveryRecord | OldRecord;
  if ('facts' in record) return record;
  const { claimedBy, creating, draft, sending, closed, ...rest } = record;
  return {
    ...rest,
    ...(claimedBy === undefined ? {} : { run: { epoch: 1, execution: claimedBy, fence: 0, by: '' } }),
    resumes: 0,
    facts: {
      createsBegun: creating === undefined && draft === undefined ? 0 : 1,
      ...(draft === undefined ? {} : { draft: { ...draft, isMarked: true } }),
      sendsBegun: sending === undefined ? 0 : 1,
      ...(sending === undefined ? {} : { openSend: 'version 0.1' }),
      ...(sending?.sentAt === undefined ? {} : { sentAt: sending.sentAt }),
      ...(closed === undefined ? {} : { closed: rest.cancelRequestedAt === undefined ? updated : 'cancelled' }),
    },
  };
}

const updated: Problem = {
  code: 'ServiceUnavailable',
  detail: 'The delivery had failed and was being taken back when the app was updated. Nothing was sent. Ask again.',
};
