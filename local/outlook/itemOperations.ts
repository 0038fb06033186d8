/** What every item can: be read, changed, deleted. */
import type { Call } from './call';
import { parseExtended } from './extendedProperties';
import type { Exchange } from './http';
import { removeItem, requireItem, updateItem } from './items';
import { isJson, type Json, only } from './json';
import { checkNamedProperties } from './mailboxes';
import type { Item } from './records';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** The item as Graph shows it. With `Prefer: IdType="ImmutableId"` its id is the one that never changes. */
export function itemResource(world: World, item: Item, target: Pick<Target, 'immutableIds' | 'query'>): Json {
  const attachments = world.store.attachments.inGroup(item.id);
  const message = item.kind === 'message' ? { isDraft: item.isDraft, parentFolderId: item.chain.at(-1) } : {};
  const resource = {
    id: target.immutableIds ? item.immutableId : item.graphId,
    createdDateTime: new Date(item.createdAt).toISOString(),
    lastModifiedDateTime: new Date(item.modifiedAt).toISOString(),
    hasAttachments: attachments.some(({ isInline }) => !isInline),
    ...message,
    ...item.props,
  };
  const expand = /^singleValueExtendedProperties/i.test(target.query.get('$expand') ?? '');
  const extended = expand && item.extended.length > 0 ? { singleValueExtendedProperties: item.extended } : {};
  const names = target.query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  return { ...(names === undefined ? resource : only(resource, ['id', ...names])), ...extended };
}

/** A resource or a list with its context. */
export function answer(world: World, target: Target, status: number, resource: Json): { status: number; json: Json } {
  return {
    status,
    json: {
      '@odata.context': `${world.graphUrl}/${target.version}/$metadata#${target.path.owner}/messages`,
      ...resource,
    },
  };
}

export function getItem(world: World, _: Exchange, target: Target): Call {
  const item = requireItem(world, target.path);
  return { op: 'getItem', item, commit: () => answer(world, target, 200, itemResource(world, item, target)) };
}

/** PATCH of simple properties; attachments are no property (facts, trap 25). */
export async function patchItem(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const item = requireItem(world, target.path);
  const body = await exchange.json(world.config.jsonMaxBytes);
  if (!isJson(body)) throw new Refusal('bodyInvalid', 'not an object');
  const { attachments, singleValueExtendedProperties: extended, ...props } = body;
  if (attachments !== undefined) throw new Refusal('patchedAttachments');
  const change = extended === undefined ? {} : { extended: parseExtended(extended) };
  checkNamedProperties(world, item.owner, change.extended ?? []);
  return {
    op: 'updateItem',
    item,
    commit: () => {
      const now = requireItem(world, target.path);
      const updated = updateItem(world, now, { props: { ...now.props, ...props }, ...change });
      return answer(world, target, 200, itemResource(world, updated, target));
    },
  };
}

export function deleteItem(world: World, _: Exchange, { path }: Target): Call {
  const item = requireItem(world, path);
  const commit = () => {
    removeItem(world, requireItem(world, path));
    return { status: 204 };
  };
  return { op: 'deleteItem', item, commit };
}
