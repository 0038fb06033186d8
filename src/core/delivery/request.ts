import type { DeliveryInput, DeliveryRecord, DeliverySource, DeliveryTarget } from './record';
import { isMessageForm } from './item';
import { judgeSize, largestMessageBytes, sumOf } from './size';
import { kindOf } from '../items/kinds';
import { Mailbox, mailboxOf } from '../items/mailbox';
import type { Item } from '../items/path';
import type { FieldError, Problem } from '../errors';
import type { Warning } from '../job/story';
import type { Requester, UploadRequest } from '../upload/record';
import type { StartRules, WantedUpload } from '../upload/request';

/** One file of a delivery: an upload without what the delivery says for all of them. */
export type WantedFile = Omit<
  WantedUpload,
  'item' | 'itemText' | 'reference' | 'duplicate' | 'callbackUrl' | 'source' | 'delivery'
>;

type Json = Readonly<Record<string, unknown>>;
interface NamedItem {
  readonly item: Item;
  readonly itemText: string;
}

/** A delivery as somebody asks for it, by whichever entrance: parsed, not yet looked at. */
export interface WantedDelivery {
  readonly to:
    | ({ readonly kind: 'item' } & NamedItem)
    | { readonly kind: 'newDraft'; readonly mailbox: Mailbox; readonly message: Json }
    /** A draft that answers this message. */
    | ({ readonly kind: 'reply'; readonly all: boolean; readonly comment?: string } & NamedItem)
    /** A draft that passes this message on. */
    | ({ readonly kind: 'forward'; readonly recipients: readonly Json[]; readonly comment?: string } & NamedItem);
  readonly files: readonly WantedFile[];
  readonly send: boolean;
  readonly notifyAttendees?: boolean;
  readonly verify?: 'preferred' | 'required';
  readonly onFailure: 'remove' | 'keep';
  readonly reference: string | null;
  readonly callbackUrl?: string;
  readonly source: DeliverySource;
  readonly requestedBy?: Requester;
}

export const maxFiles = 100;

/** The item that is checked: of a new draft nothing is known yet but that it is a message of that mailbox. */
export function targetItem(to: WantedDelivery['to']): Item {
  if (to.kind === 'item') return to.item;
  return to.kind === 'newDraft' ? to.mailbox.anyMessage : (mailboxOf(to.item)?.anyMessage ?? to.item);
}

/** Where the request names it. */
export const targetPointer = ({ kind }: WantedDelivery['to']): string =>
  ({ item: '/item', newDraft: '/mailbox', reply: '/reply/to', forward: '/forward/of' })[kind];

/** Faults of form that no schema sees: what is asked for does not fit together. */
export function deliveryFaults({ to, files, send, notifyAttendees }: WantedDelivery): FieldError[] {
  const faults: FieldError[] = [];
  const fault = (pointer: string, detail: string): void => void faults.push({ pointer, detail });
  if (files.length > maxFiles) fault('/attachments', `A delivery has at most ${maxFiles} files.`);
  if (send && !isMessage(targetItem(to))) {
    fault('/send', `Only a message can be sent, not ${kindOf(targetItem(to).form).label}.`);
  }
  const { attendees, label } = kindOf(targetItem(to).form);
  if (notifyAttendees && !attendees) {
    fault('/notifyAttendees', `Only an event has attendees to notify, not ${label}.`);
  }
  if ((to.kind === 'reply' || to.kind === 'forward') && !isMessage(to.item)) {
    const verb = to.kind === 'reply' ? 'answered' : 'forwarded';
    fault(targetPointer(to), `Only a message can be ${verb}, not ${kindOf(to.item.form).label}.`);
  }
  if (to.kind === 'newDraft') {
    const { message } = to;
    // Graph reads names without case in places, and takes attachments@odata.bind, too
    for (const name of Object.keys(message).filter((each) => /^attachments(@|$)/i.test(each.trim())))
      fault(`/message/${name.slice(0, 100)}`, 'Files go into attachments, beside the message.');
    if (send && !recipientsIn(message)) fault('/message/toRecipients', 'A message without recipients cannot be sent.');
  }
  return faults;
}

const isMessage = ({ form }: Item): boolean => isMessageForm(form);

const recipientsIn = (message: Readonly<Record<string, unknown>>): boolean =>
  ['toRecipients', 'ccRecipients', 'bccRecipients'].some((name) => {
    const list = message[name];
    return Array.isArray(list) && list.length > 0;
  });

/** The upload that a file of a delivery is. A new draft's path is not known yet. */
export function wantedUpload(wanted: WantedDelivery, file: WantedFile, deliveryId: string): WantedUpload {
  return {
    ...file,
    item: targetItem(wanted.to),
    itemText: wanted.to.kind === 'item' ? wanted.to.itemText : '',
    reference: wanted.reference,
    duplicate: 'allow',
    source: wanted.source,
    ...(wanted.requestedBy === undefined ? {} : { requestedBy: wanted.requestedBy }),
    delivery: deliveryId,
  };
}

/** The record of a delivery that was accepted, and the rest of its start input. */
export function newDelivery(
  id: string,
  wanted: WantedDelivery,
  uploads: readonly UploadRequest[],
  rules: StartRules,
  now: number,
): { record: DeliveryRecord; input: DeliveryInput } {
  const { to, send, notifyAttendees, verify, onFailure, reference, source } = wanted;
  const request = {
    id,
    target: targetOf(to),
    uploads: uploads.map((upload) => upload.id),
    send,
    ...(notifyAttendees ? { notifyAttendees } : {}),
    ...(verify === 'required' ? { verify } : {}),
    onFailure,
    reference,
    source,
    ...(wanted.requestedBy === undefined ? {} : { requestedBy: wanted.requestedBy }),
    ...(wanted.callbackUrl === undefined ? {} : { hasCallback: true as const }),
    warnings: isMessage(targetItem(to)) ? sizeWarnings(uploads, rules.messageSizeLimitBytes) : [],
    createdAt: now,
    policy: { settleMs: rules.settleMs, deadlineMs: rules.deadlineMs },
  };
  return {
    record: { id, request, state: 'active', resumes: 0, facts: { createsBegun: 0, sendsBegun: 0 }, updatedAt: now },
    input: { message: messageOf(to), uploads },
  };
}

function targetOf(to: WantedDelivery['to']): DeliveryTarget {
  switch (to.kind) {
    case 'item':
      return { kind: 'item', item: to.itemText };
    case 'newDraft':
      return { kind: 'newDraft', mailbox: to.mailbox.text };
    case 'reply':
      return { kind: 'reply', to: to.itemText, all: to.all };
    case 'forward':
      return { kind: 'forward', of: to.itemText };
  }
}

/** What is posted to make the draft. */
function messageOf(to: WantedDelivery['to']): Json | null {
  if (to.kind === 'item') return null;
  if (to.kind === 'newDraft') return to.message;
  return {
    ...(to.comment === undefined ? {} : { comment: to.comment }),
    ...(to.kind === 'forward' ? { toRecipients: to.recipients } : {}),
  };
}

type Sized = Pick<UploadRequest, 'sizeBytes'>;
const filesOf = (uploads: readonly Sized[]) => ({
  files: uploads.length,
  filesBytes: sumOf(uploads.map(({ sizeBytes }) => sizeBytes)),
  heldBytes: 0,
});

/** Each file may be within the limit, and the message over it. What its draft holds already is added before the first byte. */
function sizeWarnings(uploads: readonly Sized[], limitBytes: number): Warning[] {
  const all = filesOf(uploads);
  if (judgeSize(all, limitBytes) === 'fits') return [];
  const detail = `The files have ${all.filesBytes} bytes in all, counted as base64; a tenant takes messages of ${limitBytes} by default (MESSAGE_SIZE_LIMIT): the service may refuse to take or to send it.`;
  return [{ code: 'MayExceedMessageLimit', detail }];
}

/** A message that no mailbox takes is refused before anything is done. */
export function sizeRefusal({ to }: WantedDelivery, uploads: readonly Sized[]): Problem | undefined {
  const all = filesOf(uploads);
  if (!isMessage(targetItem(to)) || judgeSize(all, Infinity) !== 'tooLarge') return undefined;
  const detail = `The files have ${all.filesBytes} bytes in all, counted as base64: more than the ${largestMessageBytes} that any message may have. Send them in several messages.`;
  return { code: 'MessageSizeExceeded', detail };
}

/** Several refusals as one problem: the first one's code, and where each stands. */
export function together(refusals: readonly { pointer: string; problem: Problem }[]): Problem | undefined {
  const first = refusals[0];
  if (!first) return undefined;
  return {
    ...first.problem,
    errors: refusals.map(({ pointer, problem }) => ({ pointer, detail: problem.detail })),
  };
}
