/** How sessions look on the wire: URLs, ranges and key cases in the spellings that clients have met. */
import { objectId } from './ids';
import type { Item, Session } from './records';
import type { Reply } from './reply';
import { nextExpectedRanges, type SessionState } from './uploadSessions';
import type { World } from './world';

const TENANT = '72aa88bf-76f0-494f-91ab-2d7cd730db47';
const COLLECTION = {
  message: 'Messages',
  event: 'Events',
  groupEvent: 'Events',
  outlookTask: 'Tasks',
  todoTask: 'Tasks',
  post: 'Posts',
  thread: 'Threads',
};

/** Seven fractional digits, as the service writes them. */
export const sevenDigits = (ms: number): string => new Date(ms).toISOString().replace('Z', '1707Z');

const entity = (item: Item): string =>
  `/api/v2.0/Users('${objectId(item.owner.replace(/^\w+\//, ''))}@${TENANT}')/${COLLECTION[item.kind]}('${item.graphId}')`;

function todoTask(world: World, { owner, chain, graphId }: Item, version: string): string {
  const list = encodeURIComponent(chain[0] ?? '');
  return `${world.graphUrl}/${version}/users/${objectId(owner.slice(6))}/todo/lists/${list}/tasks/${encodeURIComponent(graphId)}`;
}

/** The answer to createUploadSession: 201 with a URL on the other origin, for To Do 200 with one on Graph. */
export function createdReply(world: World, item: Item, session: Session, token: string, hideRanges: boolean): Reply {
  const { state, version, id } = session;
  const todo = state.protocol === 'todo';
  const uploadUrl = todo
    ? `${todoTask(world, item, version)}/attachmentSessions/${encodeURIComponent(id)}`
    : `${world.uploadUrl}${entity(item)}/AttachmentSessions('${id}')?authtoken=${token}`;
  const json = {
    '@odata.context': `${world.graphUrl}/${version}/$metadata#microsoft.graph.uploadSession`,
    uploadUrl,
    expirationDateTime: sevenDigits(state.expiresAt),
    ...(hideRanges ? {} : { nextExpectedRanges: ['0-'] }),
  };
  return { status: todo ? 200 : 201, json };
}

/** 200 to a PUT or a status query: more is wanted. One body may hold both key cases, as in the documentation's own example. */
export function progressReply(world: World, item: Item, state: SessionState, hideRanges: boolean): Reply {
  const { keys, ranges } = world.config.styles;
  const todo = state.protocol === 'todo';
  const pascal = keys === 'pascal' || (keys === 'mixed' && todo);
  const expires = keys === 'camel' ? 'expirationDateTime' : 'ExpirationDateTime';
  const list = { [pascal ? 'NextExpectedRanges' : 'nextExpectedRanges']: nextExpectedRanges(state, ranges) };
  const context = `${world.uploadUrl}/api/v2.0/$metadata#${encodeURIComponent(entity(item).slice(10))}/AttachmentSessions/$entity`;
  const json = {
    ...(todo ? {} : { '@odata.context': context }),
    [expires]: sevenDigits(state.expiresAt),
    ...(hideRanges ? {} : list),
  };
  return { status: 200, json };
}

/** 201 to the last PUT: no body, the attachment's id only in `Location`. */
export function attachedReply(world: World, item: Item, session: Session, hideLocation: boolean): Reply {
  const made = world.store.attachments.get(session.attachmentKey ?? '');
  const id = made?.graphId ?? world.ids.next('attachment'); // a fault may attach nothing and say that it did
  const todo = session.state.protocol === 'todo';
  const location = todo
    ? `${todoTask(world, item, session.version)}/Attachments/${encodeURIComponent(id)}`
    : outlookLocation(world, item, id);
  return { status: 201, headers: hideLocation ? {} : { location } };
}

function outlookLocation(world: World, item: Item, id: string): string {
  const base = `${world.uploadUrl}${entity(item)}`;
  const styles = {
    parentheses: `${base}/Attachments('${id}')`,
    encoded: `${base}/Attachments('${encodeURIComponent(id)}')`,
    lower: `${base.replace(/\/(Users|Messages|Events|Tasks|Posts)\(/g, (name) => name.toLowerCase())}/attachments('${id}')`,
    plain: `${base}/Attachments/${encodeURIComponent(id)}`,
  };
  return styles[world.config.styles.location];
}
