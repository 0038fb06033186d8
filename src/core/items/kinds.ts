import { outlookTasksRetired } from './advice';
import { type AttachmentKind, type ItemKind, itemKindTable, postMaxBytes } from './table';
import type { Item, ItemForm } from './path';

export { adviceFor } from './advice';
export type { AttachmentKind, ItemKind } from './table';

export const kindOf = (form: ItemForm): ItemKind => itemKindTable[form];

/** `beta` where the form or the kind exists only there: v1.0 cannot create a reference attachment. */
export const graphVersionOf = (form: ItemForm, kind: AttachmentKind): 'beta' | undefined =>
  kind === 'referenceAttachment' ? 'beta' : kindOf(form).graphVersion;

/** The segments, decoded as an item's, that the POST of a whole attachment goes to: on a thread or a post it is a reply. */
export const postPathOf = (item: Item): readonly string[] => [
  ...item.segments,
  kindOf(item.form).protocol === 'reply' ? 'reply' : 'attachments',
];

/** Why it can be known at once that this cannot be attached, and what to do instead. */
export interface ItemRefusal {
  readonly code: 'AttachmentKindNotSupported' | 'DelegatedOnly' | 'AttachmentTooLarge';
  readonly detail: string;
}

/**
 * What is known before anything is sent; undefined where it may be tried. `sizeBytes` is null where it is not known.
 * `identity` is whose token the app will have; where it does not matter (a stand-in on loopback), say `delegated`.
 */
export function refusalOf(
  item: Item,
  kind: AttachmentKind,
  sizeBytes: number | null,
  identity: 'application' | 'delegated',
): ItemRefusal | undefined {
  const row = kindOf(item.form);
  if (row.unsupported) return row.unsupported;
  if (!row.kinds.includes(kind)) return { code: 'AttachmentKindNotSupported', detail: wrongKind(row, kind) };
  if (identity === 'application' && (row.delegatedOnly || item.segments[0] === 'me')) {
    return { code: 'DelegatedOnly', detail: forPeople(item, row) };
  }
  const maxBytes = kind === 'file' ? row.maxBytes : postMaxBytes;
  if (sizeBytes === null || sizeBytes <= maxBytes) return undefined;
  return { code: 'AttachmentTooLarge', detail: tooLarge(item.form, kind, sizeBytes, maxBytes) };
}

const nameOf: Readonly<Record<AttachmentKind, string>> = {
  file: 'a file',
  itemAttachment: 'an Outlook item (itemAttachment)',
  referenceAttachment: 'a link (referenceAttachment)',
};

function wrongKind(row: ItemKind, kind: AttachmentKind): string {
  const taken = row.kinds.map((each) => nameOf[each]).join(' or ');
  return `${row.label.replace(/^a/, 'A')} takes ${taken}, not ${nameOf[kind]}. Attach that to a message or an event.`;
}

function forPeople(item: Item, row: ItemKind): string {
  const delegated = "run the app with a person's credential and GRAPH_IDENTITY=delegated";
  if (!row.delegatedOnly) {
    return `"me" is the signed-in person, and this app runs as an application: name the mailbox (users/{user}/…), or ${delegated}.`;
  }
  const instead = item.form === 'outlookTask' ? ` ${outlookTasksRetired}` : '';
  return `Microsoft gives ${row.label} to people only, not to an application: ${delegated}.${instead}`;
}

function tooLarge(form: ItemForm, kind: AttachmentKind, sizeBytes: number, maxBytes: number): string {
  const row = kindOf(form);
  const subject = kind === 'file' ? row.label : nameOf[kind];
  const fact = `${sizeBytes} bytes are more than ${subject} may have: ${maxBytes}.`;
  if (kind !== 'file') return `${fact} It goes in one request, never by an upload session: attach a file instead.`;
  if (form === 'groupThread') {
    return `${fact} Attach it to one of the thread's posts, where an upload session is tried, or to a message.`;
  }
  if (form === 'todoTask') return `${fact} Attach it to a message or an event, or put a link to it into the task.`;
  return `${fact} No Outlook item takes more: share a link to the file instead.`;
}
