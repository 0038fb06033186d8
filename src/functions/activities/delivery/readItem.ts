import { noteFacts } from '../../../app/deliveries/facts';
import { deliveryOutcome } from '../../../app/deliveries/outcome';
import { itemOfDelivery } from '../../../core/delivery/item';
import type { Answers } from '../../../core/delivery/machine/progress';
import { markProperty } from '../../../core/delivery/mark';
import { encodedBytes } from '../../../core/delivery/size';
import type { Item } from '../../../core/items/path';
import { readFailure } from '../../../core/wire/failure';
import type { WireReply } from '../../../core/wire/reply';
import type { Dependencies } from '../../../dependencies';
import { DeliveryCall, DeliverySaid, deliveryActivity } from './step';

type Fault = Answers['readItem']['fault'];
type Checked = { readonly kind: 'checked'; readonly fault: Fault; readonly isDraft?: boolean } | WireReply;

/** Before the first byte: whether the item can be sent, how much it holds, and whether a message is a draft (takeBack.ts). */
export async function readItem({ record, token }: DeliveryCall<'readItem'>, deps: Dependencies): Promise<DeliverySaid> {
  const item = itemOfDelivery(record);
  const { send, notifyAttendees } = record.request;
  const checked = await (notifyAttendees ? checkEvent(item, deps) : checkMessage(item, send, deps));
  if (checked.kind !== 'checked') return deliveryOutcome(readFailure('readItem', checked, deps.clock()));
  if (notifyAttendees) return { kind: 'item', heldBytes: 0, ...(checked.fault ? { fault: checked.fault } : {}) };
  const listed = await deps.attachments.list(item);
  if (listed.kind !== 'list') return deliveryOutcome(readFailure('list', listed, deps.clock()));
  const { isDraft } = checked;
  // of a delivery that goes on after a loss this may not be the first look: somebody may have sent the draft since
  if (isDraft !== undefined && record.facts.wasDraft === undefined && record.resumes === 0)
    await noteFacts(deps, record.id, token, (facts) =>
      facts.wasDraft === undefined ? { ...facts, wasDraft: isDraft } : undefined,
    );
  const heldBytes = listed.attachments.reduce((sum, { sizeBytes = 0 }) => sum + encodedBytes(sizeBytes), 0);
  return { kind: 'item', heldBytes, ...(checked.fault ? { fault: checked.fault } : {}) };
}

async function checkMessage(item: Item, send: boolean, { messages }: Dependencies): Promise<Checked> {
  const read = await messages.readMessage(item);
  if (read.kind !== 'read') return read;
  const { isDraft, hasRecipients } = read.message;
  return {
    kind: 'checked',
    isDraft,
    fault: !send ? undefined : !isDraft ? 'notADraft' : hasRecipients ? undefined : 'noRecipients',
  };
}

async function checkEvent(item: Item, { messages }: Dependencies): Promise<Checked> {
  const read = await messages.readEvent(item, markProperty);
  if (read.kind !== 'event') return read;
  return { kind: 'checked', fault: read.event.isOrganizer ? undefined : 'notOrganizer' };
}

deliveryActivity('readItem', readItem);
