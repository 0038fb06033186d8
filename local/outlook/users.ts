/** GET users/{id} and GET me: the directory's word on who owns a mailbox. */
import type { Incoming } from './call';
import type { Exchange } from './http';
import { objectId } from './ids';
import { MEGAN } from './itemPaths';
import { ownerOf } from './items';
import { only } from './json';
import type { World } from './world';

/** Undefined where the path is another one. Requests to the directory do not count for the mailbox. */
export function userRequest(
  world: World,
  exchange: Exchange,
  segments: readonly string[],
  app: string,
): Incoming | undefined {
  const [first, name] = segments;
  const isUser = (first === 'me' && segments.length === 1) || (first === 'users' && segments.length === 2 && name);
  if (!isUser || exchange.method !== 'GET') return undefined;
  const owner = ownerOf(world, first === 'me' ? MEGAN : `users/${name ?? ''}`.toLowerCase());
  const upn = owner.slice('users/'.length);
  const user = { id: objectId(upn), userPrincipalName: upn, mail: upn, displayName: upn.split('@')[0] };
  const names = exchange.url.searchParams.get('$select')?.split(',');
  const json = {
    '@odata.context': `${world.graphUrl}/v1.0/$metadata#users/$entity`,
    ...(names ? only(user, names) : user),
  };
  const prepare = () => ({ op: 'getUser' as const, commit: () => ({ status: 200, json }) });
  return { op: 'getUser', app, mailbox: 'directory', itemPath: owner, prepare };
}
