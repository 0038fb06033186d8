/** The grammar of item paths: which forms there are, and what a path says before anything is looked up. */
import { wellKnownId } from './ids';

export type Kind = 'message' | 'meeting' | 'event' | 'todoTask' | 'outlookTask' | 'thread' | 'post' | 'groupEvent';
export type OwnerForm = 'me' | 'users' | 'groups' | 'joinedGroups';

export interface ItemPath {
  readonly ownerForm: OwnerForm;
  /** `users/{upn or id}` or `groups/{id}`, in lower case: mailboxes are compared without case. */
  readonly owner: string;
  readonly kind: Kind;
  /** Ids of the containers that the path names, outermost first; well-known names are resolved. */
  readonly via: readonly string[];
  /** Undefined: the path names the collection. */
  readonly id: string | undefined;
  /** What follows the item, such as `attachments/{id}/$value`, decoded. */
  readonly tail: readonly string[];
}

/** `*` is an id. Containers may be left out: an item is found under any of its forms. */
const PERSONAL: Partial<Record<Kind, RegExp>> = {
  message: /^(mailFolders\/\*\/(childFolders\/\*\/)*)?messages$/,
  event: /^(calendar\/|calendars\/\*\/|calendarGroups\/\*\/calendars\/\*\/)?events$/,
  todoTask: /^todo\/lists\/\*\/tasks$/,
  outlookTask: /^outlook\/((taskGroups\/\*\/)?taskFolders\/\*\/)?tasks$/,
};
const GROUPED: Partial<Record<Kind, RegExp>> = {
  post: /^(conversations\/\*\/)?threads\/\*\/posts$/,
  thread: /^(conversations\/\*\/)?threads$/,
  groupEvent: /^(calendar\/)?events$/,
};
const WITHOUT_ID = new Set(['todo', 'outlook', 'calendar']);
const WITH_ID = new Set(
  [
    'mailFolders',
    'childFolders',
    'messages',
    'calendars',
    'calendarGroups',
    'events',
    'lists',
    'tasks',
    'taskGroups',
  ].concat(['taskFolders', 'conversations', 'threads', 'posts']),
);
const WELL_KNOWN = new Set(['inbox', 'drafts', 'sentitems', 'deleteditems', 'archive', 'outbox', 'junkemail']);

export const MEGAN = 'users/megan@contoso.com';

/** Undefined where the path is none of the forms. `ownerOf` knows mailboxes by their object ids too. */
export function parseItemPath(segments: readonly string[], ownerOf: (owner: string) => string): ItemPath | undefined {
  const flat = segments.flatMap(keyForm);
  const start = parseOwner(flat);
  if (start === undefined) return undefined;
  const owner = ownerOf(start.owner);
  const { signature, ids, rest } = walk(flat.slice(start.length));
  const forms = owner.startsWith('groups/') ? GROUPED : PERSONAL;
  const kind = (Object.keys(forms) as Kind[]).find((name) => forms[name]?.test(signature));
  if (kind === undefined) return undefined;
  const hasId = ids.length === (signature.match(/\*/g)?.length ?? 0) + 1;
  const via = ids
    .slice(0, hasId ? -1 : ids.length)
    .map((id) => (WELL_KNOWN.has(id.toLowerCase()) ? wellKnownId(owner, id.toLowerCase()) : id));
  if (/^calendar\//.test(signature) && kind === 'event') via.push(wellKnownId(owner, 'calendar'));
  const meeting = kind === 'message' && hasId && rest[0] === 'event';
  const id = hasId ? ids.at(-1) : undefined;
  return {
    ownerForm: start.form,
    owner,
    kind: meeting ? 'meeting' : kind,
    via,
    id,
    tail: meeting ? rest.slice(1) : rest,
  };
}

/** A path for people and for the control API: only what would change its meaning is percent-encoded. */
export const readable = (segments: readonly string[]): string =>
  segments.map((segment) => segment.replace(/[%/+?#\\]/g, encodeURIComponent)).join('/');

/** The OData key form: `Users('x')` is `users/x`. */
function keyForm(segment: string): string[] {
  const [, name, key] = /^(\w+)\('(.*)'\)$/.exec(segment) ?? [];
  return name === undefined || key === undefined ? [segment] : [name.charAt(0).toLowerCase() + name.slice(1), key];
}

function parseOwner(flat: string[]): { form: OwnerForm; owner: string; length: number } | undefined {
  const personal = flat[0] === 'me' ? 1 : flat[0] === 'users' && flat[1] ? 2 : 0;
  if (personal > 0 && flat[personal] === 'joinedGroups' && flat[personal + 1])
    return { form: 'joinedGroups', owner: `groups/${flat[personal + 1] ?? ''}`.toLowerCase(), length: personal + 2 };
  if (personal === 1) return { form: 'me', owner: MEGAN, length: 1 };
  if (personal === 2) return { form: 'users', owner: `users/${flat[1] ?? ''}`.toLowerCase(), length: 2 };
  if (flat[0] === 'groups' && flat[1]) return { form: 'groups', owner: `groups/${flat[1]}`.toLowerCase(), length: 2 };
  return undefined;
}

/** Reads names and ids alternately; the signature ends with the collection's name, before the item's own id. */
function walk(flat: string[]): { signature: string; ids: string[]; rest: string[] } {
  const signature: string[] = [];
  const ids: string[] = [];
  let at = 0;
  let pending = false;
  for (; at < flat.length; at++) {
    const name = flat[at] ?? '';
    if (!WITHOUT_ID.has(name) && !WITH_ID.has(name)) break;
    if (pending) signature.push('*');
    signature.push(name);
    pending = WITH_ID.has(name) && at + 1 < flat.length;
    if (pending) ids.push(flat[++at] ?? '');
  }
  return { signature: signature.join('/'), ids, rest: flat.slice(at) };
}
