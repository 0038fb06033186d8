/** What a POST may attach: the three kinds and To Do's own, as their JSON. */
import { fitsHeader } from './http';
import { isJson, type Json } from './json';
import type { NewAttachment, StoredKind } from './records';
import { Refusal } from './wireErrors';

/** An attachment read from JSON; `content` is what `$value` will give. */
export interface ParsedAttachment {
  readonly values: NewAttachment;
  readonly content?: Buffer;
}

export interface BodyContext {
  readonly version: 'v1.0' | 'beta';
  readonly kind: StoredKind;
  readonly method: NewAttachment['method'];
  readonly sniff: boolean;
}

const HOLDS: Record<StoredKind, readonly string[]> = {
  message: ['fileAttachment', 'itemAttachment', 'referenceAttachment'],
  event: ['fileAttachment', 'itemAttachment', 'referenceAttachment'],
  post: ['fileAttachment', 'itemAttachment', 'referenceAttachment'],
  thread: [],
  todoTask: ['taskFileAttachment'],
  outlookTask: ['fileAttachment', 'itemAttachment'],
  groupEvent: [],
};

const FILE_KEYS = [
  'name',
  'contentType',
  'contentBytes',
  'isInline',
  'contentId',
  'contentLocation',
  'size',
  'id',
  'lastModifiedDateTime',
];

/** Refused: no or a wrong `@odata.type`, missing or unknown properties, base64 that is none, a kind the item cannot hold. */
export function parseAttachment(body: unknown, context: BodyContext): ParsedAttachment {
  if (!isJson(body)) throw new Refusal('bodyInvalid', 'not an object');
  const type = /^#?microsoft\.graph\.(\w+Attachment)$/i.exec(
    typeof body['@odata.type'] === 'string' ? body['@odata.type'] : '',
  )?.[1];
  if (type === undefined) throw new Refusal('odataTypeMissing', String(body['@odata.type']));
  const name = body['name'];
  if (typeof name !== 'string' || name === '') throw new Refusal('bodyInvalid', 'name is missing');
  if (type === 'referenceAttachment' && context.version !== 'beta') throw new Refusal('referenceOnV1');
  if (!HOLDS[context.kind].includes(type)) throw new Refusal('kindNotSupported', `${type} on ${context.kind}`);
  if (type === 'itemAttachment') return parseItem(body, name, context);
  if (type === 'referenceAttachment') return parseReference(body, name, context);
  return parseFile(body, name, type === 'taskFileAttachment', context);
}

function parseFile(body: Json, name: string, todo: boolean, { method, sniff }: BodyContext): ParsedAttachment {
  const unknown = Object.keys(body).find((key) => !key.startsWith('@') && !FILE_KEYS.includes(key));
  if (unknown !== undefined) throw new Refusal('bodyInvalid', `the property ${unknown} does not exist`);
  const base64 = body['contentBytes'];
  if (typeof base64 !== 'string') throw new Refusal('bodyInvalid', 'contentBytes is missing');
  const content = Buffer.from(base64, 'base64');
  if (content.toString('base64') !== base64) throw new Refusal('notBase64', `${base64.length} characters`);
  const contentType = guessType(body['contentType'], sniff);
  const common = { name, contentType, bytes: content.length, method };
  if (todo) return { values: { ...common, kind: 'todoFile' }, content };
  return { values: { ...common, kind: 'file', ...inline(body) }, content };
}

/** The type as given; without one what the service makes of it. */
export function guessType(given: unknown, sniff: boolean): string {
  if (typeof given !== 'string' || given === '') return sniff ? 'image/jpeg' : 'application/octet-stream';
  if (!fitsHeader('content-type', given)) throw new Refusal('bodyInvalid', 'contentType');
  return given;
}

/** `isInline` and `contentId` are set when the attachment is made or never (https://github.com/microsoftgraph/microsoft-graph-docs/issues/9185). */
export function inline(body: Json): { isInline: boolean; contentId: string | null } {
  const { isInline = false, contentId = null } = body;
  if (typeof isInline !== 'boolean' && isInline !== null) throw new Refusal('bodyInvalid', 'isInline is not a boolean');
  if (typeof contentId !== 'string' && contentId !== null)
    throw new Refusal('bodyInvalid', 'contentId is not a string');
  return { isInline: isInline ?? false, contentId };
}

function parseItem(body: Json, name: string, { method }: BodyContext): ParsedAttachment {
  const item = body['item'];
  const type = isJson(item)
    ? /^#?microsoft\.graph\.(message|event|contact)$/i.exec(String(item['@odata.type']))?.[1]
    : undefined;
  if (!isJson(item) || type === undefined) throw new Refusal('odataTypeMissing', 'item');
  const content = Buffer.from(rawItem(type, item));
  return {
    values: { kind: 'item', name, contentType: null, bytes: content.length, method, isInline: inline(body).isInline },
    content,
  };
}

/** `$value` of an item: MIME, iCalendar or vCard. Only the outline of each. */
function rawItem(type: string, item: Json): string {
  const text = (key: string) => (typeof item[key] === 'string' ? item[key] : '');
  if (type === 'event')
    return `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:${text('subject')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
  if (type === 'contact')
    return `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${text('displayName') || text('givenName')}\r\nEND:VCARD\r\n`;
  const body = isJson(item['body']) ? String(item['body']['content']) : '';
  return `Subject: ${text('subject')}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n${body}\r\n`;
}

function parseReference(body: Json, name: string, { method }: BodyContext): ParsedAttachment {
  const { sourceUrl, providerType = 'other', permission = 'other', isFolder = false } = body;
  if (typeof sourceUrl !== 'string') throw new Refusal('bodyInvalid', 'sourceUrl is missing');
  const folder = String(isFolder).toLowerCase() === 'true';
  const extra = { sourceUrl, providerType, permission, isFolder: folder, thumbnailUrl: null, previewUrl: null };
  return { values: { kind: 'reference', name, contentType: null, method, extra, isInline: inline(body).isInline } };
}
