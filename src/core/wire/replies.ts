import { parseAttachmentLocation } from './location';
import type { Outcome } from './outcome';
import { minutes, parseRetryAfter } from '../retry';
import type { Problem, UploadErrorCode } from '../errors';
import { anyCase, parseMissing } from './session';
import type { WireReply } from './reply';

/** Which call was answered: the same status means different things to different calls (facts/outlook.md section 3). */
export type Call = 'list' | 'post' | 'createSession' | 'put' | 'status' | 'cancelSession' | 'value' | 'remove';

type Answer = Extract<WireReply, { kind: 'reply' }>;

/** The outcome of a PUT, POST, DELETE or failed GET. A 2xx of `list`, `value` and `createSession` is read by its caller. */
export function readReply(call: Call, reply: WireReply, totalBytes: number, now: number): Outcome {
  if (reply.kind === 'fault') return readFault(call, reply);
  const outcome = reply.status < 300 ? readSuccess(call, reply, totalBytes) : readError(call, reply, now);
  return reply.requestId === undefined ? outcome : { ...outcome, requestId: reply.requestId };
}

function readFault(call: Call, fault: Extract<WireReply, { kind: 'fault' }>): Outcome {
  switch (fault.fault) {
    case 'reset':
    case 'timeout':
      return { kind: 'uncertain' };
    case 'noToken':
      return { kind: 'notSent' };
    case 'blocked':
      return refused('NotConfigured', blockedText(call, fault.detail));
    case 'redirected':
      return refused(isOfSession(call) ? 'ServiceUnavailable' : 'NotConfigured', redirectText(call, fault.host));
  }
}

/** The calls that go to the upload URL; all others go to Graph. */
const isOfSession = (call: Call): boolean => call === 'put' || call === 'status' || call === 'cancelSession';

function blockedText(call: Call, detail = 'The host is not allowed.'): string {
  const what = isOfSession(call) ? 'The upload URL was not used.' : 'The request was not made.';
  const remedy = isOfSession(call) ? 'Check UPLOAD_HOSTS, then upload again.' : 'Check the item and GRAPH_ENDPOINT.';
  return `${what} ${detail.replace(/[.\s]*$/, '.')} ${remedy}`;
}

/**
 * No setting makes us follow one: it would take the file or our token to a host that it was not meant for. On Graph the
 * root is another than GRAPH_ENDPOINT says; an upload URL is the service's own word, so that something stands in between.
 */
function redirectText(call: Call, host: string | undefined): string {
  const where = host === undefined ? 'elsewhere' : `to ${host}`;
  const remedy = isOfSession(call)
    ? 'Upload again later; if it stays, look for a proxy between the app and the service.'
    : 'Set GRAPH_ENDPOINT to the root of your cloud itself, or take the proxy away that answers in its place.';
  return `The service redirected the request ${where}, which is never followed: nothing was sent there. ${remedy}`;
}

function readSuccess(call: Call, reply: Answer, totalBytes: number): Outcome {
  switch (call) {
    case 'put': {
      if (reply.status === 201) return completed(parseAttachmentLocation(reply.location));
      if (reply.json === undefined) return { kind: 'uncertain' }; // no JSON: who knows who answered
      const missing = parseMissing(reply.json, totalBytes);
      return missing === undefined ? { kind: 'accepted' } : { kind: 'accepted', missing };
    }
    case 'post': {
      if (reply.status === 202) return { kind: 'replied' };
      const id = anyCase(reply.json, 'id');
      return completed(typeof id === 'string' && id !== '' ? id : undefined);
    }
    case 'status': {
      const missing = parseMissing(reply.json, totalBytes);
      return missing === undefined ? { kind: 'noStatus' } : { kind: 'expects', missing };
    }
    case 'cancelSession':
      return { kind: 'cancelled' };
    case 'remove':
      return { kind: 'removed' };
    case 'createSession':
    case 'list':
    case 'value':
      return { kind: 'uncertain' }; // a 2xx that could not be read: half an answer, or no JSON
  }
}

const completed = (attachmentId: string | undefined): Outcome =>
  attachmentId === undefined ? { kind: 'completed' } : { kind: 'completed', attachmentId };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function readError(call: Call, reply: Answer, now: number): Outcome {
  const { status } = reply;
  const error = anyCase(reply.json, 'error');
  const code = textOf(anyCase(error, 'code'));
  const message = textOf(anyCase(error, 'message'));
  const retryAfterMs = parseRetryAfter(reply.retryAfter, reply.date, now);

  // a 401 proves nothing: in an incident every request to the upload host gets one (facts/outlook.md, trap 5)
  if (call === 'cancelSession' && [404, 410].includes(status)) return { kind: 'cancelled' };
  if (call === 'remove' && [404, 410].includes(status)) return { kind: 'removed' };
  if (status === 429) return throttled(retryAfterMs, message);
  if (call === 'status' && status < 500) return { kind: 'noStatus' };
  if (/^ErrorMessageSizeExceeded$/i.test(code)) return sizeExceeded();
  if (/^ErrorAttachmentSizeShouldNotBeLessThanMinimumSize$/i.test(code)) return { kind: 'wrongWay' };
  if (/SupportedOnlyForFileAttachments$/i.test(code)) {
    return refused('AttachmentKindNotSupported', 'The service takes only files through an upload session.');
  }
  if (/^ErrorQuotaExceeded$/i.test(code) || status === 507) {
    return refused('ServiceUnavailable', 'The mailbox is full. Make room in it, then upload again.');
  }
  // docs#85, o365#472: over 4 MB is a 413, or a 400 that only its text tells apart
  if (call === 'post' && (status === 413 || (status === 400 && /request length/i.test(message))))
    return { kind: 'wrongWay' };
  if (status === 413) return sizeExceeded();
  if (status === 401) return call === 'put' ? { kind: 'incident' } : refused('AccessDenied', unauthorized);
  if (status === 403) return refused('AccessDenied', forbidden(code));
  if (call === 'put' && (status === 404 || status === 410)) return { kind: 'lost' };
  if (status === 404 || status === 410) return { kind: 'notFound' };
  if (call === 'put' && (status === 416 || status === 400)) return { kind: 'misplaced' };
  if (status >= 500 || status === 408 || status === 409 || status === 412) {
    return retryAfterMs === undefined ? { kind: 'uncertain' } : { kind: 'uncertain', retryAfterMs };
  }
  if (status === 405)
    return refused('AttachmentKindNotSupported', 'The service does not take this attachment on this item (405).');
  return refused('Internal', `The service refused the request: ${status} ${printable(code)}.`);
}

function throttled(retryAfterMs: number | undefined, message: string): Outcome {
  // the byte window moves by minutes: less than one is no use (facts/outlook.md section 3)
  const floor = /IncomingBytes/i.test(message) ? minutes(1) : undefined;
  const wait = retryAfterMs === undefined ? floor : Math.max(retryAfterMs, floor ?? 0);
  return wait === undefined ? { kind: 'throttled' } : { kind: 'throttled', retryAfterMs: wait };
}

const refused = (code: UploadErrorCode, detail: string): Outcome => ({
  kind: 'refused',
  problem: { code, detail } satisfies Problem,
});

/** What can be done about it depends on the item: said where the end is written (endAdvice.ts). */
const sizeExceeded = (): Outcome =>
  refused('MessageSizeExceeded', 'The message would exceed the size that this mailbox allows.');

const unauthorized =
  'Microsoft Graph refused our token. Check the identity of the app, its tenant and its permissions.';

const forbidden = (code: string): string =>
  `Microsoft Graph denied access${code === '' ? '' : ` (${printable(code)})`}. The mailbox may also lie outside the app's scope.`;

/** Codes of the service are short words; anything else stays out of our texts. */
const printable = (code: string): string => (/^[\w.-]{1,80}$/.test(code) ? code : '(no code)');
