/** Items made by hand: by the seeds and by POST /_/items. */
import { decoded } from './http';
import { wellKnownId } from './ids';
import type { ItemPath } from './itemPaths';
import { chainFor, defaultChain, newItem, parsePath } from './items';
import type { Json } from './json';
import type { Item } from './records';
import type { World } from './world';

/**
 * Makes an item of any form. A path that ends with a collection (`users/x/messages`) gets an id of its own, one that
 * ends with an id keeps that id; `…/messages/{id}/event` makes the meeting message and its event, and gives the message.
 * Undefined where the path is no form of an item.
 */
export function createAt(world: World, path: string, props: Json, more: Partial<Item> = {}): Item | undefined {
  const parsed = parsePath(
    world,
    path.split('/').map((segment) => decoded(segment) ?? ''),
  );
  if (parsed === undefined || parsed.tail.length > 0) return undefined;
  const { owner, kind } = parsed;
  const graphId = parsed.id ?? world.ids.next('item');
  if (world.store.names.get(graphId) !== undefined) return undefined;
  return world.store.atomically(() => {
    if (kind !== 'meeting') {
      const { isDraft = kind === 'message', ...others } = props; // a received message is made with `isDraft: false`
      const values = { kind, owner, graphId, chain: chainOf(world, parsed), isDraft: isDraft === true };
      return newItem(world, { ...values, props: others, ...more });
    }
    const event = newItem(world, { kind: 'event', owner, props, chain: defaultChain(owner, 'event') });
    return newItem(world, {
      kind: 'message',
      owner,
      graphId,
      props,
      chain: parsed.via.length > 0 ? chainFor(parsed) : [wellKnownId(owner, 'inbox')],
      isDraft: false,
      ...more,
      eventKey: event.id,
    });
  });
}

/** A post lies in the conversation of its thread; a thread that is not there yet is made with it. */
function chainOf(world: World, path: ItemPath): string[] {
  const chain = chainFor(path);
  const threadId = chain.at(-1);
  if (path.kind !== 'post' || threadId === undefined) return chain;
  const known = world.store.items.get(world.store.names.get(threadId)?.itemKey ?? '');
  if (known?.kind === 'thread') return [...known.chain, threadId];
  newItem(world, { kind: 'thread', owner: path.owner, graphId: threadId, chain: chain.slice(0, -1) });
  return chain;
}
