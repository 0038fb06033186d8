import type { Outcome } from '../../core/delivery/machine/progress';
import type { DeliveryRecord, Draft } from '../../core/delivery/record';
import { mailboxOfDelivery } from '../../core/delivery/item';
import { messagePath } from '../../core/items/mailbox';
import { parseItemPath } from '../../core/items/path';
import type { FenceToken } from '../../core/job/record';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';
import { noteFacts } from './facts';

export interface FoundDraft {
  readonly id: string;
  readonly isMarked: boolean;
  readonly internetMessageId?: string | undefined;
}

/**
 * Takes a draft as the delivery's own: onto the record first, then every upload learns where it goes. Can be entered twice.
 * A draft beside the one on the record, or one that comes too late, is deleted.
 */
export async function adoptDraft(
  record: DeliveryRecord,
  token: FenceToken,
  { id, isMarked, internetMessageId }: FoundDraft,
  deps: Dependencies,
): Promise<Outcome> {
  const item = messagePath(mailboxOfDelivery(record), id);
  const stored = await noteFacts(deps, record.id, token, (facts) =>
    facts.draft || facts.closed
      ? undefined
      : {
          ...facts,
          draft: { id, item, isMarked },
          ...(internetMessageId === undefined ? {} : { internetMessageId }),
        },
  );
  const draft = stored?.facts.draft;
  if (draft?.id === id) return draftKnown(draft, record.request.uploads, deps);
  const parsed = parseItemPath(item);
  if (parsed.ok) await deps.messages.remove(parsed.item);
  return { kind: 'unclear' }; // another run of ours, or another execution, has the word, or it is too late
}

/** The draft is on the record: tells the uploads. */
export async function draftKnown(
  { item, isMarked }: Draft,
  uploads: readonly string[],
  deps: Pick<Dependencies, 'records' | 'clock'>,
): Promise<Outcome> {
  const place = (id: string) =>
    updateRecord(deps.records, id, (record) =>
      record.request.item === null
        ? { ...record, request: { ...record.request, item }, updatedAt: deps.clock() }
        : undefined,
    );
  await Promise.all(uploads.map(place));
  return { kind: 'drafted', item, isMarked };
}
