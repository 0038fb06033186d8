import { isMessageForm } from './item';
import type { Making, Plan } from './machine/progress';
import type { DeliveryRequest, DeliveryTarget } from './record';
import { sumOf } from './size';
import { parseItemPath } from '../items/path';

/** What is fixed for the whole life of a delivery. `sizes`: bytes of its files, null where one has no file. */
export function planFor(request: DeliveryRequest, sizes: readonly (number | null)[], messageLimitBytes: number): Plan {
  const { id, target, uploads, send, notifyAttendees, verify, onFailure, policy, createdAt } = request;
  const item = target.kind === 'item' ? target.item : null;
  const parsed = item === null ? undefined : parseItemPath(item);
  const isMessage = item === null || (parsed?.ok === true && isMessageForm(parsed.item.form));
  return {
    id,
    item,
    makes: makingOf(target),
    readsItem: item !== null && (isMessage || notifyAttendees === true),
    uploads,
    filesBytes: isMessage ? sumOf(sizes) : 0, // other items have no limit of their own
    messageLimitBytes,
    announces: send ? 'send' : notifyAttendees ? 'notify' : null,
    proof: verify === 'required' ? 'bytes' : 'receipts',
    keepOnFailure: onFailure === 'keep',
    settleMs: policy.settleMs,
    deadlineAt: createdAt + policy.deadlineMs,
  };
}

function makingOf(target: DeliveryTarget): Making | null {
  switch (target.kind) {
    case 'item':
      return null;
    case 'newDraft':
      return 'message';
    case 'reply':
      return target.all ? 'replyAll' : 'reply';
    case 'forward':
      return 'forward';
  }
}
