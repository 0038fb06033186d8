import { createHash } from 'node:crypto';
import { guessType, inline } from './attachmentBodies';
import { attach, bytesOnItem } from './attachments';
import type { AttachOptions, CommitOptions } from './effects';
import { newKey, newUploadToken } from './ids';
import { itemByKey } from './items';
import { anyCase, isJson } from './json';
import type { Item, Session, StoredKind } from './records';
import { type ByteRange, openSession, phaseAt, type Protocol, type SessionState, takeRange } from './uploadSessions';
import { Refusal } from './wireErrors';
import type { World } from './world';

export interface SessionRequest {
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly protocol: Protocol;
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

const ITEM_KEYS = ['attachmentType', 'name', 'size', 'contentType', 'isInline', 'contentId'];

/** The body of createUploadSession: `AttachmentItem`, for To Do `attachmentInfo`; sizes within the limits of the item. */
export function parseSessionRequest(world: World, kind: StoredKind, body: unknown): SessionRequest {
  const protocol = kind === 'todoTask' ? 'todo' : 'outlook';
  const wrapper = protocol === 'todo' ? 'attachmentInfo' : 'AttachmentItem';
  const item = isJson(body) ? anyCase(body, wrapper) : undefined;
  if (!isJson(item)) throw new Refusal('bodyInvalid', `${wrapper} is missing`);
  const unknown = Object.keys(item).find((key) => !key.startsWith('@') && !ITEM_KEYS.includes(key));
  if (unknown !== undefined) throw new Refusal('bodyInvalid', `the property ${unknown} does not exist`);
  const { attachmentType, name, size } = item;
  if (String(attachmentType).toLowerCase() !== 'file') throw new Refusal('sessionNotFile', String(attachmentType));
  if (typeof name !== 'string' || name === '') throw new Refusal('bodyInvalid', 'name is missing');
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1)
    throw new Refusal('bodyInvalid', 'size is missing');
  checkSize(world, protocol, size);
  const contentType = guessType(item['contentType'], world.config.contentTypeSniffing);
  return { name, size, contentType, protocol, ...inline(item) };
}

function checkSize(world: World, protocol: Protocol, size: number): void {
  const { sessionMinBytes, sessionMaxBytes, todoMaxBytes } = world.config;
  if (protocol === 'outlook' && size < sessionMinBytes) throw new Refusal('sessionTooSmall', `${size} bytes`);
  if (size > (protocol === 'todo' ? todoMaxBytes : sessionMaxBytes))
    throw new Refusal('attachmentTooLarge', `${size} bytes`);
}

/** Makes the session; its token is in the answer and never again. */
export function createSession(
  world: World,
  item: Item,
  request: SessionRequest,
  by: Pick<Session, 'app' | 'version'>,
): { session: Session; token: string } {
  const token = newUploadToken();
  const id = world.ids.next('item');
  const { protocol, size, ...named } = request;
  const now = world.now();
  const session: Session = {
    ...named,
    ...by,
    id,
    itemKey: item.id,
    owner: item.owner,
    tokenHash: hashToken(token),
    state: openSession(protocol, size, now + world.config.sessionMinutes * 60_000),
    file: newKey('f'),
    createdAt: now,
  };
  world.store.sessions.put(session);
  return { session, token };
}

/** The item of a session; a session whose item is gone is not found either. */
export function itemOfSession(world: World, session: Session): Item {
  const item = itemByKey(world, session.itemKey);
  if (item === undefined) throw new Refusal('itemNotFound');
  return item;
}

export function checkMessageSize(world: World, item: Item, upTo: number): void {
  const { messageMaxBytes } = world.config;
  if (messageMaxBytes > 0 && bytesOnItem(world, item) + upTo > messageMaxBytes)
    throw new Refusal('messageSizeExceeded');
}

/** Takes a range whose bytes are written; with the last missing byte the file is attached. */
export function commitPut(world: World, session: Session, range: ByteRange, options: CommitOptions): Session {
  return world.store.atomically(() => {
    const state = completed(takeRange(session.state, range, options), options);
    if (options.corruptBytes) world.bytes.corrupt(session.file, range.start);
    const taken = { ...session, state };
    const attaches = state.phase === 'completed' && options.complete !== 'nothing';
    const bytes = options.complete === 'short' ? range.end + 1 : state.size;
    const done = attaches ? { ...taken, attachmentKey: attachFile(world, taken, bytes, options) } : taken;
    world.store.sessions.put(done);
    return done;
  });
}

const completed = (state: SessionState, { complete }: CommitOptions): SessionState =>
  complete === undefined ? state : { ...state, phase: 'completed', missing: [] };

function attachFile(world: World, session: Session, bytes: number, options: AttachOptions): string {
  const { name, contentType, isInline, contentId, file, state } = session;
  const kind = state.protocol === 'todo' ? 'todoFile' : 'file';
  const values = { kind, name, contentType, isInline, contentId, file, bytes, method: 'session' } as const;
  return attach(world, itemOfSession(world, session), values, { ...options, corruptBytes: undefined }).id;
}

/** What the control API and the page may tell of a session: no URL, no token. */
export function describeSession(world: World, session: Session, item: string) {
  const { id, name, state, createdAt, attachmentKey = '' } = session;
  const missingBytes = state.missing.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  const at = (ms: number) => new Date(ms).toISOString();
  return {
    id,
    item,
    name,
    protocol: state.protocol,
    state: phaseAt(state, world.now()),
    size: state.size,
    receivedBytes: state.size - missingBytes,
    ranges: state.taken,
    missing: state.missing,
    createdAt: at(createdAt),
    expiresAt: at(state.expiresAt),
    attachmentId: world.store.attachments.get(attachmentKey)?.graphId ?? null,
  };
}
