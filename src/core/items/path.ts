import {
  extendTrail,
  formAt,
  type IdKind,
  type ItemForm,
  type PathStep,
  type Place,
  stepAt,
  stepsFrom,
} from './grammar';
import { nearestForm } from './nearestForm';
import { type PathSegment, readSegment, shown } from './segment';

export type { ItemForm } from './grammar';

/**
 * An Outlook item by its Graph path without version and leading slash (docs/items.md):
 * `users/megan@contoso.com/messages/AAMk…=`. Segments are kept percent-decoded, fixed ones as Graph writes them.
 * Only `parseItemPath` makes one: what holds an item may rely on its form.
 */
export interface Item {
  readonly form: ItemForm;
  readonly segments: readonly string[];
}

/** `detail` names the segment that is wrong, by its place and value, and the nearest form. */
export type ParsedItem = { readonly ok: true; readonly item: Item } | RefusedItem;
interface RefusedItem {
  readonly ok: false;
  readonly detail: string;
}

const maxPathLength = 2048;
const tooLong: RefusedItem = { ok: false, detail: `An item's path has at most ${maxPathLength} characters.` };

/** Reads an item as a caller writes it. Each segment is percent-decoded once; whatever is accepted stays on its path. */
export function parseItemPath(text: string): ParsedItem {
  if (text.length > maxPathLength) return tooLong; // before any work is done on it
  const parsed = walk(text.split('/').flatMap((written, index) => readSegment(written, index + 1)));
  // what stood there unencoded grows in print, and the printed path has to be readable again
  return parsed.ok && printItemPath(parsed.item).length > maxPathLength ? tooLong : parsed;
}

/** The canonical text, for a URL and for people: every segment encoded as a URI component. */
export const printItemPath = (item: Item): string => item.segments.map(encodeURIComponent).join('/');

/** For comparing and locking: the canonical path with its owner in lower case. Item ids keep their case: it counts. */
export function itemKey(item: Item): string {
  const group = joinedGroupAt(item);
  const segments = item.segments.map((text, i) =>
    (i === 1 && item.segments[0] !== 'me') || i === group ? text.toLowerCase() : text,
  );
  return printItemPath({ ...item, segments });
}

/**
 * The same for every path that leads to one item, as far as paths can tell: its mailbox and the last id with what it is an
 * id of. Folders, calendars, lists and conversations on the way there do not count.
 */
export function lockKey(item: Item): string {
  const tail = item.segments.slice(item.form === 'meetingMessageEvent' ? -3 : -2); // `messages/{id}/event`
  return [mailboxKey(item), ...tail].map(encodeURIComponent).join('/');
}

/** The same without the owner: one mailbox has several names. */
export const itemIdOf = (item: Item): string => lockKey(item).split('/').slice(1).join('/');

const withTwoIds: readonly ItemForm[] = [
  'message',
  'folderMessage',
  'event',
  'calendarEvent',
  'calendarsEvent',
  'calendarGroupEvent',
];
/** Whether Graph knows the item by an immutable id beside the one that programs usually have (docs/outlook-facts.md#immutable-ids). */
export const hasTwoIds = ({ form }: Item): boolean => withTwoIds.includes(form);

/** The same item under another id of it. */
export const withId = (item: Item, id: string): Item => ({ ...item, segments: [...item.segments.slice(0, -1), id] });

/** What ALLOWED_MAILBOXES is compared with, as it was written: a UPN or object id, `me`, or `groups/{id}` also for a joined group. */
export function ownerOf(item: Item): string {
  const [first, owner] = item.segments;
  const joinedGroup = joinedGroupAt(item);
  if (joinedGroup !== undefined) return `groups/${item.segments[joinedGroup] ?? ''}`;
  return first === 'groups' ? `groups/${owner ?? ''}` : first === 'me' ? 'me' : (owner ?? '');
}

/** The unit of pacing: the owner in whatever case it was written. */
export const mailboxKey = (item: Item): string => ownerOf(item).toLowerCase();

/** Whether one of the patterns is this owner, without case; `*` stands for any text, anywhere in a pattern. */
export const allowedBy = (patterns: readonly string[], owner: string): boolean =>
  patterns.some((pattern) => matches(pattern.toLowerCase(), owner.toLowerCase()));

function matches(pattern: string, owner: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return owner === pattern;
  if (!owner.startsWith(head) || !owner.slice(head.length).endsWith(tail)) return false;
  let from = head.length;
  for (const part of parts) {
    const at = owner.indexOf(part, from); // the first one leaves the most room for the rest
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= owner.length - tail.length;
}

/** Goes through the grammar segment by segment, to the end or to the first thing that is wrong. */
function walk(written: readonly PathSegment[]): ParsedItem {
  const segments: string[] = [];
  let place: Place = 'start';
  let trail = '';
  const rest = [...written];
  for (let segment = rest.shift(); segment; segment = rest.shift()) {
    const step: PathStep | undefined = segment.fault === undefined ? stepAt(place, segment.text) : undefined;
    if (!step) return refusal(segment, segment.fault ?? expected(place), nearestForm(place, trail, segment.text));
    trail = extendTrail(trail, place, step);
    place = step.to;
    segments.push(step.name);
    if (step.id === undefined) continue;
    const id = rest.shift();
    if (!id) return refusal(segment, 'has no id after it', nearestForm(place, trail, ''));
    const fault = id.fault ?? idFault(step.id, id.text);
    if (fault !== undefined) return refusal(id, fault, nearestForm(place, trail, ''));
    segments.push(id.text);
  }
  const form = formAt(place);
  if (form) return { ok: true, item: { form, segments } };
  return refusal(written.at(-1), 'is not the end of an item: more must follow', nearestForm(place, trail, ''));
}

function refusal(segment: PathSegment | undefined, fault: string, nearest: string): RefusedItem {
  const position = segment?.position ?? 1;
  const hint = position === 1 ? ' An item is its Graph path without host, version and leading slash.' : '';
  return {
    ok: false,
    detail: `Segment ${position}, ${shown(segment?.text ?? '')}, ${fault}. The nearest form is ${nearest}.${hint}`,
  };
}

function expected(place: Place): string {
  const names = stepsFrom(place).map((step) => step.name);
  return names.length === 0 ? 'stands after the end of an item' : `is none of: ${names.join(', ')}`;
}

/** Owners are what permissions hang on: nothing may pass for another kind of owner in a pattern. */
function idFault(kind: IdKind, id: string): string | undefined {
  if (id.startsWith('$')) return 'begins with "$", which no id does: that is how OData names what it does itself';
  if (kind === 'id' && isGraphFunction(id)) return 'is a function of Graph, not an id';
  if (kind !== 'id' && /%[0-9a-f]{2}/i.test(id)) return 'is percent-encoded twice';
  if (kind !== 'id' && id !== id.normalize('NFKC')) return 'holds a character that looks like another one';
  if (kind !== 'id' && id.includes('/')) return 'holds "/", which no mailbox and no group has';
  if (kind === 'user' && id.toLowerCase() === 'me') return 'is no user: the signed-in person is written "me/…"';
  if (kind === 'group' && id.includes('@')) return 'is no group: a group is named by its object id';
  if (kind !== 'user' && id.includes('#')) return 'holds "#", which no id has';
  return undefined;
}

/** `messages/delta`, `messages/microsoft.graph.delta()`: Graph would run it and find no item. */
const isGraphFunction = (id: string): boolean => /^(microsoft\.graph\.)?delta$|\(.*\)$/i.test(id);

/** Where the id of a joined group stands in the path. */
function joinedGroupAt({ segments }: Item): number | undefined {
  const at = segments[0] === 'me' ? 1 : 2;
  return segments[at] === 'joinedGroups' ? at + 1 : undefined;
}
