/** The Graph origin: wants a bearer, knows v1.0 and beta, and refuses loudly what it does not imitate. */
import { deleteAttachment, getAttachment, listAttachments, postAttachment } from './attachmentOperations';
import { getValue } from './attachmentValue';
import type { Call, Incoming } from './call';
import { createForward, createMessage, createReply, createReplyAll } from './drafts';
import { createOther } from './events';
import { reply } from './groupOperations';
import { decoded, type Exchange } from './http';
import { listEvents, listMessages, listPosts } from './itemLists';
import { deleteItem, getItem, patchItem } from './itemOperations';
import { type Kind, readable } from './itemPaths';
import { parsePath } from './items';
import type { Operation } from './operations';
import { sendMessage } from './sending';
import { cancelUploadSession, createUploadSession, putRange, sessionStatus } from './sessionOperations';
import type { Target } from './target';
import { appOf } from './throttle';
import { userRequest } from './users';
import { Refusal } from './wireErrors';
import type { World } from './world';

type Handler = (world: World, exchange: Exchange, target: Target) => Call | Promise<Call>;
type Route = readonly [method: string, tail: string, op: Operation, handler: Handler, kinds?: readonly Kind[]];

const session = (target: Target): string => target.ids[0] ?? '';
const TODO: readonly Kind[] = ['todoTask'];

/** What follows an item; `*` is an id. */
const OF_AN_ITEM: readonly Route[] = [
  ['GET', '', 'getItem', getItem],
  ['PATCH', '', 'updateItem', patchItem],
  ['DELETE', '', 'deleteItem', deleteItem],
  ['GET', 'attachments', 'listAttachments', listAttachments],
  ['POST', 'attachments', 'postAttachment', postAttachment],
  ['POST', 'attachments/createUploadSession', 'createSession', createUploadSession],
  ['POST', 'attachments/microsoft.graph.createUploadSession', 'createSession', createUploadSession],
  ['GET', 'attachments/*', 'getAttachment', getAttachment],
  ['DELETE', 'attachments/*', 'deleteAttachment', deleteAttachment],
  ['GET', 'attachments/*/$value', 'getValue', getValue],
  ['POST', 'send', 'send', sendMessage, ['message']],
  ['POST', 'createReply', 'createReply', createReply, ['message']],
  ['POST', 'createReplyAll', 'createReplyAll', createReplyAll, ['message']],
  ['POST', 'createForward', 'createForward', createForward, ['message']],
  ['POST', 'reply', 'reply', reply, ['thread', 'post']],
  ['GET', 'attachmentSessions/*', 'status', (world, _, target) => sessionStatus(world, session(target)), TODO],
  [
    'DELETE',
    'attachmentSessions/*',
    'cancelSession',
    (world, _, target) => cancelUploadSession(world, session(target)),
    TODO,
  ],
  [
    'PUT',
    'attachmentSessions/*/content',
    'put',
    (world, exchange, target) => putRange(world, exchange, session(target)),
    TODO,
  ],
  ['PUT', 'attachmentSessions/*', 'put', refuseContent, TODO],
];
const OF_A_COLLECTION: readonly Route[] = [
  ['GET', '', 'listMessages', listMessages, ['message']],
  ['POST', '', 'createMessage', createMessage, ['message']],
  ['GET', '', 'listPosts', listPosts, ['post']],
  ['GET', '', 'listEvents', listEvents, ['event']],
  ['POST', '', 'createEvent', createOther, ['event']],
  ['POST', '', 'createTask', createOther, ['todoTask']],
];

function refuseContent(): never {
  throw new Refusal('todoWithoutContent');
}

/** Who asks for what. Refused here: no bearer, no such path, and what an application's token may not do. */
export function graphRequest(world: World, exchange: Exchange): Incoming {
  const bearer = exchange.bearer();
  if (bearer === undefined) throw new Refusal('bearerMissing');
  if (exchange.url.pathname.includes('+')) throw new Refusal('idNotEncoded', exchange.url.pathname);
  const [, version, ...segments] = exchange.url.pathname.split('/').map((segment) => decoded(segment) ?? '');
  const app = appOf(bearer);
  if (bearer.startsWith('app:') && segments[0] === 'me') throw new Refusal('delegatedOnly', 'me');
  const user = userRequest(world, exchange, segments, app);
  if (user !== undefined) return user;
  const path = version === 'v1.0' || version === 'beta' ? parsePath(world, segments) : undefined;
  if (path === undefined || (version !== 'v1.0' && version !== 'beta'))
    throw new Refusal('routeUnknown', segments.join('/'));
  const [, , op, handler] = findRoute(exchange.method, path);
  authorise(bearer, version, path);
  if (op === 'createSession' && path.kind === 'todoTask') authoriseTodoSession(world, bearer);
  const immutableIds = /IdType="ImmutableId"/i.test(exchange.header('prefer') ?? '');
  if (immutableIds) exchange.response.setHeader('Preference-Applied', 'IdType=ImmutableId');
  const ids = path.tail.filter((_, index) => index === 1);
  const target: Target = { version, app, path, ids, query: exchange.url.searchParams, immutableIds };
  const itemPath = readable(segments.slice(0, segments.length - path.tail.length));
  return { op, app: target.app, mailbox: path.owner, itemPath, prepare: () => handler(world, exchange, target) };
}

function findRoute(method: string, { kind, id, tail }: Target['path']): Route {
  const routes = (id === undefined ? OF_A_COLLECTION : OF_AN_ITEM).filter(
    ([, pattern, , , kinds]) => fits(pattern, tail) && (kinds?.includes(kind) ?? true),
  );
  if (routes.length === 0) throw new Refusal('routeUnknown', `${kind} ${tail[0] ?? ''}`);
  const route = routes.find(([wanted]) => wanted === method);
  if (route === undefined) throw new Refusal('methodNotAllowed', `${method} ${tail.join('/')}`);
  return route;
}

function fits(pattern: string, tail: readonly string[]): boolean {
  const wanted = pattern === '' ? [] : pattern.split('/');
  return wanted.length === tail.length && wanted.every((name, index) => name === '*' || name === tail[index]);
}

/** Documented for people alone: https://learn.microsoft.com/graph/api/taskfileattachment-createuploadsession. */
function authoriseTodoSession(world: World, bearer: string): void {
  if (world.config.todoSession === 'delegatedOnly' && !bearer.startsWith('user:'))
    throw new Refusal('todoSessionDelegatedOnly');
}

/** `app:…` is an application's token, which `me` and group posts refuse; `user:…` a person's; any other counts as both. */
function authorise(bearer: string, version: string, { ownerForm, kind, tail }: Target['path']): void {
  const forPeople = ownerForm === 'me' || kind === 'post' || kind === 'thread';
  if (bearer.startsWith('app:') && forPeople) throw new Refusal('delegatedOnly', `${ownerForm} ${kind}`);
  if (kind === 'outlookTask' && version === 'v1.0') throw new Refusal('outlookTasksOnV1');
  if (kind === 'groupEvent' && tail[0] === 'attachments') throw new Refusal('attachmentsNotSupported');
  if (kind === 'thread' && tail[0] === 'attachments') throw new Refusal('routeUnknown', 'attachments of a thread');
}
