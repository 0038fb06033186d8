/** What the control API and the page tell of items, attachments and sessions: no token, no upload URL. */
import { sha256Of } from './attachments';
import { decoded } from './http';
import { findItem, itemByKey, parsePath, pathOf } from './items';
import type { Attachment, Item, Sent } from './records';
import { describeSession } from './sessions';
import type { World } from './world';

type Told = Omit<Sent, 'at'> & { readonly at: string };

/** Of a message: what it is and what went out. Of an event: what its attendees were told. */
interface ItemState {
  readonly isDraft?: boolean;
  readonly sends?: number;
  readonly sent?: readonly Told[];
  readonly notified?: readonly Told[];
}

export function describeItem(world: World, stored: Item) {
  const item = itemByKey(world, stored.id) ?? stored;
  const { graphId: id, immutableId, kind, isDraft, sends, chain, props } = item;
  const sent = (item.sent ?? []).map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
  const message: ItemState = kind === 'message' ? { isDraft, sends, sent } : kind === 'event' ? { notified: sent } : {};
  const event = item.eventKey === undefined ? {} : { event: `${pathOf(item)}/event` };
  return { id, immutableId, path: pathOf(item), kind, containers: chain, ...message, ...event, props };
}

/** `item`: an id or any path of the item. */
export async function describeAttachments(world: World, item: string | null) {
  const key = item === null ? undefined : itemKeyOf(world, item);
  const rows = item === null ? world.store.attachments.all() : world.store.attachments.inGroup(key ?? '');
  const described = [];
  for (const row of rows) described.push(await describeAttachment(world, row));
  return described;
}

function itemKeyOf(world: World, item: string): string | undefined {
  const path = item.includes('/')
    ? parsePath(
        world,
        item.split('/').map((segment) => decoded(segment) ?? ''),
      )
    : undefined;
  return path === undefined ? world.store.names.get(item)?.itemKey : findItem(world, path)?.id;
}

export async function describeAttachment(world: World, attachment: Attachment) {
  const {
    graphId: id,
    immutableId,
    name,
    kind,
    bytes,
    isInline,
    contentId,
    contentType,
    committedAt,
    method,
    itemKey,
  } = attachment;
  const item = itemByKey(world, itemKey);
  const sha256 = await sha256Of(world, attachment);
  const at = new Date(committedAt).toISOString();
  return {
    id,
    immutableId,
    item: item ? pathOf(item) : null,
    name,
    kind,
    bytes,
    sha256,
    isInline,
    contentId,
    contentType,
    committedAt: at,
    method,
  };
}

export function describeSessions(world: World) {
  return world.store.sessions.all().map((session) => {
    const item = itemByKey(world, session.itemKey);
    return describeSession(world, session, item ? pathOf(item) : '(deleted)');
  });
}
