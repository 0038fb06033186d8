import { markedMessage } from '../../../core/delivery/mark';
import type { DeliveryOutcome } from '../../../core/delivery/machine/deliveryOutcome';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { readMessageReply } from '../../../core/wire/deliveryReplies';
import { anyCase } from '../../../core/wire/session';
import type { Dependencies } from '../../../dependencies';
import { updateOurs } from '../../../app/deliveries/updateOurs';
import { mailboxOfDelivery } from '../../../core/delivery/item';
import { DeliveryCall, deliveryActivity } from './step';
import { adoptDraft, draftKnown } from '../../../app/deliveries/drafts';

/** Between the intent and the request nothing may take longer: a run that was asleep must not act any more. */
export const staleAfterMs = 5_000;

/**
 * Making a draft cannot be repeated: each POST makes one. So the intent is on the record first, and the draft carries
 * the mark by which it is looked for; a second run of the same step says that the outcome is open.
 */
export async function createDraft(
  { record, execution, step }: DeliveryCall<'createDraft'>,
  deps: Dependencies,
): Promise<DeliveryOutcome> {
  if (record.draft) return draftKnown(record.draft, record.request.uploads, deps);
  const input = await deps.deliveries.input(record.id);
  if (!input?.message) throw new Error(`Delivery ${record.id} has no message to make.`);
  const startedAt = deps.clock();
  const { stored, isWritten } = await updateOurs(deps, record.id, execution, (now) =>
    mayCreate(now, execution, step.no) ? { ...now, creating: { execution, step: step.no } } : undefined,
  );
  if (!isWritten)
    return stored?.creating || !stored?.cancelRequestedAt ? { kind: 'uncertain' } : { kind: 'cancelRequested' };
  if (deps.clock() - startedAt > staleAfterMs) return { kind: 'uncertain' };

  const reply = await deps.messages.create(mailboxOfDelivery(record), markedMessage(input.message, record.id));
  const draftId = reply.kind === 'reply' && reply.status < 300 ? anyCase(reply.json, 'id') : undefined;
  return typeof draftId === 'string' && draftId !== ''
    ? adoptDraft(record, execution, draftId, deps)
    : readMessageReply('create', reply, deps.clock());
}

/** The first run of a step that is not over: no run of it or of a later one has been here, and nothing is taken back yet. */
const mayCreate = ({ creating, draft, closed, cancelRequestedAt }: DeliveryRecord, execution: string, step: number) =>
  !draft && !closed && cancelRequestedAt === undefined && !(creating?.execution === execution && creating.step >= step);

deliveryActivity('createDraft', createDraft);
