import type { DeliveryInput, DeliveryRecord, DeliverySource, DeliveryTarget } from './record';
import { kindOf } from '../items/kinds';
import type { Mailbox } from '../items/mailbox';
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

/** A delivery as somebody asks for it, by whichever entrance: parsed, not yet looked at. */
export interface WantedDelivery {
  readonly to:
    | { readonly kind: 'item'; readonly item: Item; readonly itemText: string }
    | { readonly kind: 'newDraft'; readonly mailbox: Mailbox; readonly message: Readonly<Record<string, unknown>> };
  readonly files: readonly WantedFile[];
  readonly send: boolean;
  readonly onFailure: 'remove' | 'keep';
  readonly reference: string | null;
  readonly callbackUrl?: string;
  readonly source: DeliverySource;
  readonly requestedBy?: Requester;
}

export const maxFiles = 100;

/** The item that is checked: of a new draft nothing is known yet but that it is a message of that mailbox. */
export const targetItem = (to: WantedDelivery['to']): Item => (to.kind === 'item' ? to.item : to.mailbox.anyMessage);

/** Faults of form that no schema sees: what is asked for does not fit together. */
export function deliveryFaults({ to, files, send }: WantedDelivery): FieldError[] {
  const faults: FieldError[] = [];
  const fault = (pointer: string, detail: string): void => void faults.push({ pointer, detail });
  if (files.length > maxFiles) fault('/attachments', `A delivery has at most ${maxFiles} files.`);
  if (send && !isMessage(targetItem(to))) {
    fault('/send', `Only a message can be sent, not ${kindOf(targetItem(to).form).label}.`);
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

const isMessage = ({ form }: Item): boolean => form === 'message' || form === 'folderMessage';

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
  const { to, send, onFailure, reference, source } = wanted;
  const target: DeliveryTarget =
    to.kind === 'item' ? { kind: 'item', item: to.itemText } : { kind: 'newDraft', mailbox: to.mailbox.text };
  const request = {
    id,
    target,
    uploads: uploads.map((upload) => upload.id),
    send,
    onFailure,
    reference,
    source,
    ...(wanted.requestedBy === undefined ? {} : { requestedBy: wanted.requestedBy }),
    warnings: sizeWarnings(uploads, rules.messageSizeLimitBytes),
    createdAt: now,
    policy: { settleMs: rules.settleMs, deadlineMs: rules.deadlineMs },
  };
  return {
    record: { id, request, state: 'active', resumes: 0, facts: { createsBegun: 0, sendsBegun: 0 }, updatedAt: now },
    input: { message: to.kind === 'newDraft' ? to.message : null, uploads },
  };
}

/** Each file may be within the limit, and the message over it. */
function sizeWarnings(uploads: readonly UploadRequest[], limitBytes: number): Warning[] {
  const total = uploads.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  if (total <= limitBytes) return [];
  const detail = `The files have ${total} bytes in all; a tenant takes messages of ${limitBytes} by default: the service may refuse to take or to send it.`;
  return [{ code: 'MayExceedMessageLimit', detail }];
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
