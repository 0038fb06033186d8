import { adoptDraft, draftKnown } from '../../../app/deliveries/drafts';
import { noteQuietly } from '../../../app/deliveries/facts';
import { deliveryOutcome, lacksProperties } from '../../../app/deliveries/outcome';
import { mailboxOfDelivery, originalOf } from '../../../core/delivery/item';
import type { Making } from '../../../core/delivery/machine/progress';
import { markedMessage } from '../../../core/delivery/mark';
import { readFailure } from '../../../core/wire/failure';
import type { DraftAction } from '../../../core/wire/ports';
import { readCreated } from '../../../core/wire/resources';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

/**
 * Making a draft cannot be repeated blindly: each request makes one. So the intent is on the record first, and a new message
 * carries the mark by which it is looked for. A second run of the same step says that the outcome is open.
 */
export async function createDraft(call: DeliveryCall<'createDraft'>, deps: Dependencies): Promise<DeliverySaid> {
  const { record, turn, token } = call;
  const { draft, closed } = record.facts;
  if (draft) return draftKnown(draft, record.request.uploads, deps);
  if (turn !== 'first') return { kind: 'unclear' };
  if (closed !== undefined || record.cancelRequestedAt !== undefined) return { kind: 'cancelRequested' };
  const message = (await deps.deliveries.input(record.id))?.message ?? {};
  if (!(await call.mayStillAct())) return { kind: 'unclear' };

  const reply = await post(call, message, deps);
  const created = readCreated(reply);
  if (created) return adoptDraft(record, token, { ...created, isMarked: call.step.isMarked }, deps);
  const failure = readFailure(
    call.progress.plan.makes === 'message' ? 'createDraft' : 'createReply',
    reply,
    deps.clock(),
  );
  if (!call.step.isMarked || !lacksProperties(failure)) return deliveryOutcome(failure);
  await noteQuietly(deps, record.id, token, (facts) => ({ ...facts, takesNoMark: true }));
  return { kind: 'noMark' };
}

function post(
  { record, step, progress }: DeliveryCall<'createDraft'>,
  message: Readonly<Record<string, unknown>>,
  { messages }: Dependencies,
) {
  const { makes } = progress.plan;
  if (makes === null || makes === 'message') {
    const body = step.isMarked ? markedMessage(message, record.id) : JSON.stringify(message);
    return messages.create(mailboxOfDelivery(record), body);
  }
  return messages.createFrom(originalOf(record), actions[makes], JSON.stringify(message));
}

const actions: Readonly<Record<Exclude<Making, 'message'>, DraftAction>> = {
  reply: 'createReply',
  replyAll: 'createReplyAll',
  forward: 'createForward',
};

deliveryActivity('createDraft', createDraft);
