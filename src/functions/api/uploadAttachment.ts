import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { kindOf } from '../../core/items/kinds';
import { Item, parseItemPath } from '../../core/items/path';
import { Failure, mailboxUnavailable, readFailure } from '../../core/wire/failure';
import { Problem, UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import type { WireReply } from '../../core/wire/reply';
import { problemResponse } from './problems';
import type { HttpDependencies } from './serve';
import { recordOfRoute } from './liveUpload';

/** What an upload attached, and where. */
export interface UploadAttachment {
  readonly record: UploadRecord;
  readonly item: Item;
  readonly id: string;
  readonly graphPath: string;
}

/** The attachment of the upload in the route. Throws `UploadNotFound`, `NotFinished`, and 422 where the service gave no id. */
export async function attachmentOfRoute(request: HttpRequest, deps: HttpDependencies): Promise<UploadAttachment> {
  const record = await recordOfRoute(request.params['id'], deps, 'reach');
  if (record.end?.status !== 'succeeded') throw new UploadError(notFinished(record));
  const parsed = parseItemPath(record.request.item ?? '');
  const attachment = record.end.attachment;
  const isReply = parsed.ok && kindOf(parsed.item.form).protocol === 'reply' && attachment?.method !== 'session';
  if (typeof attachment?.id !== 'string' || attachment.location === null || !parsed.ok)
    throw new UploadError(isReply ? inReply : withoutId);
  return { record, item: parsed.item, id: attachment.id, graphPath: attachment.location };
}

/** What the service answered instead of what was asked for, as the problem of this request. */
export function refusedByService(
  call: 'metadata' | 'readBack' | 'remove',
  reply: WireReply,
  request: HttpRequest,
  context: InvocationContext,
  now: number,
  notFound: Problem = attachmentNotFound,
): HttpResponseInit {
  const outcome = readFailure(call, reply, now);
  const { requestId } = outcome;
  const problem = {
    ...problemOfOutcome(outcome, notFound),
    ...(requestId === undefined ? {} : { serviceRequestId: requestId }),
  };
  const waitMs = 'retryAfterMs' in outcome ? outcome.retryAfterMs : undefined;
  const retryAfter = String(Math.max(1, Math.ceil((waitMs ?? 0) / 1000)));
  return problemResponse(problem, request, context, waitMs === undefined ? {} : { 'retry-after': retryAfter });
}

/** What the answer means comes before its status: a mailbox in move answers 403, too. */
function problemOfOutcome(outcome: Failure, notFound: Problem): Problem {
  const { kind, seen } = outcome;
  if (kind === 'refused') return outcome.problem;
  if (kind === 'itemNotFound') return outcome.mailbox ? mailboxUnavailable(outcome) : notFound;
  if (kind === 'throttled') return throttled;
  // an upload would wait for a better token; somebody who asks now is told
  if (kind === 'notDone') return seen.status === undefined ? noToken : denied;
  return unclear;
}

const attachmentNotFound: Problem = {
  code: 'ItemNotFound',
  detail: 'The attachment, or the item that it was on, is not there any more.',
};
export const itemNotFound: Problem = {
  code: 'ItemNotFound',
  detail: 'Microsoft Graph knows no such item. Check its id: ids change when an item moves to another folder.',
};
export const mailboxNotFound: Problem = {
  code: 'MailboxUnavailable',
  detail: 'Microsoft Graph knows no such mailbox. Check its name, and that it is in Exchange Online.',
};

const throttled: Problem = {
  code: 'Throttled',
  detail: 'The mailbox takes no more requests just now. Try again later.',
};
const noToken: Problem = {
  code: 'ServiceUnavailable',
  detail: 'No token for Microsoft Graph could be had. Try again later.',
};
const denied: Problem = {
  code: 'AccessDenied',
  detail:
    'Microsoft Graph denied access. Check the identity of the app, its permissions, and that the mailbox lies in its scope.',
};
const unclear: Problem = {
  code: 'ServiceUnavailable',
  detail: 'Microsoft Graph gave no useful answer. Try again in a moment.',
};

const notFinished = ({ state }: UploadRecord): Problem => ({
  code: 'NotFinished',
  detail:
    state === 'active'
      ? 'The upload has not succeeded yet: wait for its end, then ask again.'
      : `The upload has ${state === 'failed' ? 'failed' : 'been cancelled'}: there is no attachment of it.`,
});

const inReply: Problem = {
  code: 'AttachmentKindNotSupported',
  detail: 'The service gave no id for this attachment (it went into a reply), so it cannot be asked for here.',
};
const withoutId: Problem = {
  code: 'AttachmentKindNotSupported',
  detail:
    'The service took this attachment but gave no id for it, and no list showed which one it is, so it cannot be asked for here. Look at the item in Outlook.',
};
