import { removeAttachment, renumberAttachments } from './attachments';
import type { CommitOptions } from './effects';
import { newKey, objectId, wellKnownId } from './ids';
import { type ItemPath, parseItemPath, readable } from './itemPaths';
import type { Operation } from './operations';
import type { Item, StoredKind } from './records';
import { hiddenUntil, isHidden } from './visibility';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** Knows a mailbox by name and by object id; every name seen gets an object id that upload URLs can use. */
export function ownerOf(world: World, written: string): string {
  const [form = '', name = ''] = written.split('/');
  if (form !== 'users') return written;
  const known = world.store.mailboxes.get(name)?.owner;
  if (known !== undefined) return known;
  const id = objectId(name);
  if (world.store.mailboxes.get(id) === undefined) world.store.mailboxes.put({ id, owner: written });
  return written;
}

export function parsePath(world: World, segments: readonly string[]): ItemPath | undefined {
  return parseItemPath(segments, (owner) => ownerOf(world, owner));
}

const DEFAULT_CHAIN: Record<StoredKind, readonly string[]> = {
  message: ['drafts'],
  event: ['calendarGroup', 'calendar'],
  todoTask: [],
  outlookTask: ['taskGroup', 'taskFolder'],
  thread: ['conversation'],
  post: ['conversation'],
  groupEvent: [],
};

export function defaultChain(owner: string, kind: StoredKind): string[] {
  return DEFAULT_CHAIN[kind].map((name) => wellKnownId(owner, name));
}

/** The containers of a new item: what its path names, and where it names too few the usual ones before them. */
export function chainFor(path: ItemPath): string[] {
  const kind = path.kind === 'meeting' ? 'message' : path.kind;
  const usual = defaultChain(path.owner, kind);
  const wanted = kind === 'post' ? 2 : usual.length;
  if (kind === 'message') return path.via.length > 0 ? [...path.via] : usual;
  return [...usual.slice(0, Math.max(0, wanted - path.via.length)), ...path.via];
}

export function newItem(world: World, values: Pick<Item, 'kind' | 'owner' | 'chain'> & Partial<Item>): Item {
  const now = world.now();
  const item: Item = {
    id: newKey('i'),
    graphId: world.ids.next('item'),
    immutableId: world.ids.next('immutable'),
    props: {},
    extended: [],
    isDraft: values.kind === 'message',
    hiddenUntil: hiddenUntil(world.config.notFoundFor, now),
    sends: 0,
    createdAt: now,
    modifiedAt: now,
    ...values,
  };
  world.store.items.put(item);
  for (const id of [item.graphId, item.immutableId]) world.store.names.put({ id, itemKey: item.id });
  return item;
}

/** Items of an owner as they are now: sent drafts whose time has come lie in Sent Items, with another id. */
export function itemsOf(world: World, owner: string): Item[] {
  return world.store.items.inGroup(owner).map((item) => moved(world, item));
}

export function itemByKey(world: World, key: string): Item | undefined {
  const item = world.store.items.get(key);
  return item && moved(world, item);
}

function moved(world: World, item: Item): Item {
  if (item.movesAt === undefined || item.movesAt > world.now()) return item;
  const gone = world.config.immutableIdAfterSend === 'gone';
  const sent: Item = {
    ...item,
    movesAt: undefined,
    graphId: world.ids.next('item'),
    immutableId: gone ? world.ids.next('immutable') : item.immutableId,
    chain: [wellKnownId(item.owner, 'sentitems')],
    isDraft: false,
    modifiedAt: item.movesAt,
    visibleAt: item.movesAt + world.config.sentSearchableAfterMs,
  };
  world.store.atomically(() => {
    world.store.items.put(sent);
    for (const id of [item.graphId, item.immutableId]) world.store.names.remove(id);
    for (const id of [sent.graphId, sent.immutableId]) world.store.names.put({ id, itemKey: sent.id });
    renumberAttachments(world, item.id, gone);
  });
  return sent;
}

/** The item that a path names. Ids are compared with case; containers, where named, must be its own. */
export function findItem(world: World, path: ItemPath): Item | undefined {
  const kind = path.kind === 'meeting' ? 'message' : path.kind;
  const item = itemByKey(world, world.store.names.get(path.id ?? '')?.itemKey ?? '');
  const current = item?.graphId === path.id || item?.immutableId === path.id;
  if (item === undefined || !current || item.kind !== kind || item.owner !== path.owner) return undefined;
  if (!endsWith(item.chain, path.via)) return undefined;
  return path.kind === 'meeting' ? itemByKey(world, item.eventKey ?? '') : item;
}

export function requireItem(world: World, path: ItemPath): Item {
  const item = findItem(world, path);
  if (item === undefined) throw notFound(world, path);
  return item;
}

/** Why an item is not found: its id is none, it lies in another mailbox, or it is not there. */
function notFound(world: World, { id = '', owner }: ItemPath): Refusal {
  const known = itemByKey(world, world.store.names.get(id)?.itemKey ?? '');
  if (known !== undefined && known.owner !== owner && owner.startsWith('users/') && known.owner.startsWith('users/')) {
    const text = `Item '${id}' doesn't belong to the targeted mailbox '${objectId(owner.slice('users/'.length))}'.`;
    return new Refusal('itemOfOtherMailbox', id, {}, text);
  }
  return new Refusal(known === undefined && isMalformed(world, id) ? 'idMalformed' : 'itemNotFound', id);
}

/** No base64, or an id that was cut short: the service decodes ids before it looks for them. */
const isMalformed = (world: World, id: string): boolean =>
  !/^[\w+/=-]+$/.test(id) || (id.length >= 20 && world.store.names.hasLongerThan(id));

export const endsWith = (chain: readonly string[], via: readonly string[]): boolean =>
  via.every((id, index) => chain[chain.length - via.length + index] === id);

/** The shortest path of an item, segment by segment. */
export function segmentsOf({ owner, kind, chain, graphId }: Item): string[] {
  const [first = '', second = ''] = chain;
  const forms: Record<StoredKind, readonly string[]> = {
    message: ['messages', graphId],
    event: ['events', graphId],
    todoTask: ['todo', 'lists', first, 'tasks', graphId],
    outlookTask: ['outlook', 'tasks', graphId],
    thread: ['threads', graphId],
    post: ['threads', second, 'posts', graphId],
    groupEvent: ['events', graphId],
  };
  return [...owner.split('/'), ...forms[kind]];
}

/** What the page and the control API call an item. */
export const pathOf = (item: Item): string => readable(segmentsOf(item));

export function updateItem(world: World, item: Item, change: Partial<Item>): Item {
  const updated = { ...item, ...change, modifiedAt: world.now() };
  world.store.items.put(updated);
  return updated;
}

/** Its attachments and upload sessions end with it. */
export function removeItem(world: World, item: Item): void {
  for (const attachment of world.store.attachments.inGroup(item.id)) removeAttachment(world, attachment);
  for (const session of world.store.sessions.inGroup(item.id)) {
    if (session.state.phase !== 'open') continue;
    world.store.sessions.put({ ...session, state: { ...session.state, phase: 'cancelled' } });
    world.bytes.remove(session.file);
  }
  world.store.items.remove(item.id);
  for (const id of [item.graphId, item.immutableId]) world.store.names.remove(id);
}

/** Whether lists show the item yet. */
export const isListed = (world: World, item: Item, op: Operation): boolean =>
  (item.visibleAt ?? 0) <= world.now() && !isHidden(item, op, world.now());

/** What a fault script says about when a new item is found. */
export const hidden = (world: World, { notFoundFor }: CommitOptions): Pick<Item, 'hiddenUntil'> =>
  notFoundFor === undefined ? {} : { hiddenUntil: hiddenUntil(notFoundFor, world.now()) };
