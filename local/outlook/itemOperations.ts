/** What every item can: be read, changed, deleted. */
import type { Call } from './call';
import { updateSent } from './events';
import { parseExtended } from './extendedProperties';
import type { Exchange } from './http';
import { answer, itemResource } from './itemResource';
import { removeItem, requireItem, updateItem } from './items';
import { isJson } from './json';
import { checkNamedProperties } from './mailboxes';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

export function getItem(world: World, _: Exchange, target: Target): Call {
  const item = requireItem(world, target.path);
  return { op: 'getItem', item, commit: () => answer(world, target, 200, itemResource(world, item, target)) };
}

/** PATCH of simple properties; attachments are none (https://github.com/twentyhq/twenty/issues/25529). */
export async function patchItem(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const item = requireItem(world, target.path);
  const body = await exchange.json(world.config.jsonMaxBytes);
  if (!isJson(body)) throw new Refusal('bodyInvalid', 'not an object');
  const { singleValueExtendedProperties: extended, ...props } = body;
  if (Object.keys(props).some((key) => /^attachments(@|$)/i.test(key))) throw new Refusal('patchedAttachments');
  const change = extended === undefined ? {} : { extended: parseExtended(extended) };
  checkNamedProperties(world, item.owner, change.extended ?? []);
  return {
    op: 'updateItem',
    item,
    commit: () => {
      const now = requireItem(world, target.path);
      const update = updateSent(world, now, props);
      const sent = update === undefined ? {} : { sent: [...(now.sent ?? []), update] };
      const updated = updateItem(world, now, { props: { ...now.props, ...props }, ...change, ...sent });
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
