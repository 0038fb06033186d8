import { blockedNameWarnings } from './blockedNames';
import { changedNameWarnings } from './changedNames';
import { AttachmentResource, resourceKind, resourceMediaType, resourceName } from './graphResource';
import { AttachmentKind, refusalOf } from '../items/kinds';
import { allowedBy, Item, itemIdOf, ownerOf, parseItemPath } from '../items/path';
import type { BlobHead } from '../blob';
import type { Problem } from '../errors';
import type { Warning } from '../job/story';
import { contentTypeOf } from './mediaType';
import { isAttached } from './resource';
import type { Requester, UploadPolicy, UploadRecord, UploadRequest, UploadSource } from './record';

/** An upload as somebody asks for it, by whichever entrance: parsed, not yet looked at. */
export interface WantedUpload {
  /** Undefined for the kinds that have no file. */
  readonly blob: { readonly container: string; readonly name: string } | undefined;
  readonly resource?: AttachmentResource;
  readonly item: Item;
  readonly itemText: string; // as it was written
  readonly name?: string;
  readonly contentType?: string;
  readonly isInline: boolean;
  readonly contentId?: string;
  readonly ifMatch?: string;
  readonly reference: string | null;
  readonly duplicate: 'reuse' | 'allow';
  readonly callbackUrl?: string;
  readonly source: UploadSource;
  readonly delivery?: string;
  readonly requestedBy?: Requester;
  /** The upload that this one repeats. */
  readonly retryOf?: string;
}

/** What of the settings decides whether and how an upload is taken. */
export interface StartRules extends UploadPolicy {
  readonly allowedContainers: readonly string[];
  readonly allowedMailboxes: readonly string[];
  readonly maxAttachmentBytes: number;
  readonly messageSizeLimitBytes: number;
  readonly blockedExtensions: readonly string[];
  readonly identity: 'application' | 'delegated';
}

const day = 24 * 60 * 60 * 1000;

/** How long a claim and a success answer for later calls, at least. */
export const keptMs = day;

/** What can be said before the blob is looked at. Undefined: nothing speaks against it. */
export function refusalBeforeLooking(wanted: WantedUpload, rules: StartRules): Problem | undefined {
  const { blob, item } = wanted;
  if (blob && !rules.allowedContainers.includes(blob.container)) {
    const detail = `The container ${blob.container} is not among those that the app may read (ALLOWED_CONTAINERS).`;
    return { code: 'ContainerNotAllowed', detail };
  }
  const forbidden = refusalOfMailbox(item, rules);
  if (forbidden) return forbidden;
  return refusalOf(item, kindOf(wanted), null, rules.identity);
}

/** Whether the settings let the app into the mailbox of this item. */
export function refusalOfMailbox(item: Item, rules: Pick<StartRules, 'allowedMailboxes'>): Problem | undefined {
  const owner = ownerOf(item);
  if (allowedBy(rules.allowedMailboxes, owner)) return undefined;
  const detail = `The mailbox ${owner} is not among those that the app may write to (ALLOWED_MAILBOXES).`;
  return { code: 'MailboxNotAllowed', detail };
}

/** What the blob's own properties speak against. */
export function refusalOfBlob(wanted: WantedUpload, head: BlobHead, rules: StartRules): Problem | undefined {
  if (wanted.ifMatch !== undefined && !sameETag(wanted.ifMatch, head.etag)) {
    return { code: 'BlobChanged', detail: `The blob's version is now ${head.etag}, not the one in ifMatch.` };
  }
  if (head.sizeBytes === 0)
    return { code: 'EmptyBlob', detail: 'The blob is empty: Outlook takes no empty attachment.' };
  if (head.sizeBytes > rules.maxAttachmentBytes) {
    const detail = `The blob has ${head.sizeBytes} bytes, more than the ${rules.maxAttachmentBytes} that an attachment may have.`;
    return { code: 'AttachmentTooLarge', detail };
  }
  return refusalOf(wanted.item, kindOf(wanted), head.sizeBytes, rules.identity);
}

/** What speaks against a resource of that many bytes (the JSON that is posted). */
export const refusalOfResource = (
  wanted: WantedUpload & { readonly resource: AttachmentResource },
  jsonBytes: number,
  rules: StartRules,
): Problem | undefined => refusalOf(wanted.item, resourceKind(wanted.resource), jsonBytes, rules.identity);

/** The complete start input of an upload of a blob. */
export const uploadRequest = (
  id: string,
  wanted: WantedUpload & { readonly blob: object },
  head: BlobHead,
  rules: StartRules,
  now: number,
): UploadRequest => ({
  ...commonRequest(id, wanted, rules, now),
  blob: { container: wanted.blob.container, name: wanted.blob.name, etag: head.etag },
  sizeBytes: head.sizeBytes,
  contentType: wanted.contentType ?? contentTypeOf(head.contentType),
  warnings: [
    ...(head.sizeBytes > rules.messageSizeLimitBytes ? [mayExceed(rules.messageSizeLimitBytes)] : []),
    ...blockedNameWarnings(attachmentName(wanted), rules.blockedExtensions),
    ...changedNameWarnings(attachmentName(wanted)),
  ],
});

/** The complete start input of an upload of a resource, whose JSON lies aside under the same id. */
export const resourceRequest = (
  id: string,
  wanted: WantedUpload & { readonly resource: AttachmentResource },
  jsonBytes: number,
  rules: StartRules,
  now: number,
): UploadRequest => ({
  ...commonRequest(id, wanted, rules, now),
  blob: null,
  resource: { kind: resourceKind(wanted.resource), jsonBytes },
  sizeBytes: null,
  contentType: resourceMediaType(wanted.resource),
  isInline: wanted.isInline || wanted.resource['isInline'] === true,
  warnings: [],
});

function commonRequest(id: string, wanted: WantedUpload, rules: StartRules, now: number) {
  const { rangeSizeBytes, rangesPerActivity, smallAttachmentLimitBytes, settleMs, deadlineMs } = rules;
  return {
    id,
    item: wanted.itemText,
    name: attachmentName(wanted),
    isInline: wanted.isInline,
    ...(wanted.contentId === undefined ? {} : { contentId: wanted.contentId }),
    reference: wanted.reference,
    source: wanted.source,
    ...(wanted.delivery === undefined ? {} : { delivery: wanted.delivery }),
    ...(wanted.requestedBy === undefined ? {} : { requestedBy: wanted.requestedBy }),
    ...(wanted.callbackUrl === undefined ? {} : { hasCallback: true as const }),
    ...(wanted.retryOf === undefined ? {} : { retryOf: wanted.retryOf }),
    createdAt: now,
    policy: {
      rangeSizeBytes,
      ...(rangesPerActivity === undefined ? {} : { rangesPerActivity }),
      smallAttachmentLimitBytes,
      settleMs,
      deadlineMs,
    },
  };
}

export const newRecord = (request: UploadRequest): UploadRecord => ({
  id: request.id,
  request,
  state: 'active',
  resumes: 0,
  facts: { commits: 0, sessions: [] },
  updatedAt: request.createdAt,
});

/** What makes two uploads the same one: blob version, item and name. No part can hold a line break. */
export const duplicateKey = (wanted: WantedUpload & { readonly blob: object }, etag: string): string =>
  [wanted.blob.container, wanted.blob.name, etag, itemIdOf(wanted.item), attachmentName(wanted)].join('\n');

/** The same for a resource, by a fingerprint of its content. */
export const resourceDuplicateKey = (wanted: WantedUpload, fingerprint: string): string =>
  ['resource', fingerprint, itemIdOf(wanted.item), attachmentName(wanted)].join('\n');

/**
 * Whether a duplicate is answered with this one: while it is active, and for a day after it succeeded. Not when it is
 * being cancelled, nor when its attachment was taken off again: nobody would have the file then.
 */
export function answersDuplicates(record: UploadRecord, now: number): boolean {
  if (record.state === 'active') return record.cancelRequestedAt === undefined;
  return isAttached(record) && now - (record.end?.endedAt ?? 0) <= keptMs;
}

/**
 * The name of the attachment: the one asked for, the resource's own, or the blob's last segment. Composed (NFC): macOS gives
 * names decomposed, and who searches for them afterwards writes them composed.
 */
export const attachmentName = ({ name, blob, resource }: Pick<WantedUpload, 'name' | 'blob' | 'resource'>): string =>
  (name ?? (resource && resourceName(resource)) ?? blob?.name.slice(blob.name.lastIndexOf('/') + 1) ?? '').normalize(
    'NFC',
  );

const kindOf = ({ resource }: WantedUpload): AttachmentKind => (resource ? resourceKind(resource) : 'file');

/** Storage gives ETags in quotes, some tools show them without. */
const sameETag = (wanted: string, etag: string): boolean => wanted === '*' || unquoted(wanted) === unquoted(etag);
const unquoted = (etag: string): string => etag.replace(/^"|"$/g, '');

const mayExceed = (limitBytes: number): Warning => ({
  code: 'MayExceedMessageLimit',
  detail: `The file is larger than the ${limitBytes} bytes that the tenant takes by default: the service may refuse it.`,
});

/** The item of a request that was checked at the door. */
export function itemOf(request: UploadRequest): Item {
  if (request.item === null) throw new Error(`Upload ${request.id} has no item yet: its delivery has made no draft.`);
  const parsed = parseItemPath(request.item);
  if (!parsed.ok) throw new Error(`The record of ${request.id} holds an item that is none: ${parsed.detail}`);
  return parsed.item;
}
