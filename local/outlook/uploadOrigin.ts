/** The upload origin: the URL is the permission, a bearer is refused. */
import { timingSafeEqual } from 'node:crypto';
import { decoded, type Exchange } from './http';
import type { Operation } from './operations';
import type { Session } from './records';
import type { Call, Incoming } from './call';
import { cancelUploadSession, putRange, sessionStatus } from './sessionOperations';
import { hashToken } from './sessions';
import { Refusal } from './wireErrors';
import type { World } from './world';

const SESSION = /^\/api\/v2\.0\/Users\('[^']+'\)\/\w+\('[^']+'\)\/AttachmentSessions\('([^']+)'\)$/;

export function uploadRequest(world: World, exchange: Exchange): Incoming {
  if (exchange.header('authorization') !== undefined) throw new Refusal('bearerOnUpload');
  const session = sessionOf(world, exchange.url);
  const [op, prepare] = chosen(world, exchange, session.id);
  return { op, app: session.app, mailbox: session.owner, prepare };
}

function sessionOf(world: World, url: URL): Session {
  const id = SESSION.exec(decoded(url.pathname) ?? '')?.[1];
  const session = id === undefined ? undefined : world.store.sessions.get(id);
  if (session?.state.protocol !== 'outlook') throw new Refusal('sessionUnknown');
  const token = Buffer.from(hashToken(url.searchParams.get('authtoken') ?? ''));
  if (!timingSafeEqual(token, Buffer.from(session.tokenHash))) throw new Refusal('uploadTokenWrong');
  return session;
}

function chosen(world: World, exchange: Exchange, id: string): [Operation, () => Call | Promise<Call>] {
  switch (exchange.method) {
    case 'PUT':
      return ['put', () => putRange(world, exchange, id)];
    case 'GET':
      return ['status', () => sessionStatus(world, id)];
    case 'DELETE':
      return ['cancelSession', () => cancelUploadSession(world, id)];
    default:
      throw new Refusal('methodNotAllowed', exchange.method);
  }
}
