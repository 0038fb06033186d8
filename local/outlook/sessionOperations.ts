/** createUploadSession, PUT, status and cancel: the same for both protocols, which differ only in what the wire shows. */
import type { Exchange } from './http';
import { requireItem } from './items';
import type { Session } from './records';
import type { Call } from './call';
import { attachedReply, createdReply, progressReply } from './sessionWire';
import { checkMessageSize, commitPut, createSession, itemOfSession, parseSessionRequest } from './sessions';
import type { Target } from './target';
import { type ByteRange, cancelSession, endsFile, judgePut, type PutHeaders } from './uploadSessions';
import { Refusal } from './wireErrors';
import type { World } from './world';

export async function createUploadSession(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const item = requireItem(world, target.path);
  const request = parseSessionRequest(world, item.kind, await exchange.json(world.config.jsonMaxBytes));
  return {
    op: 'createSession',
    item,
    name: request.name,
    commit: ({ noRanges = false }) => {
      const { session, token } = createSession(world, requireItem(world, target.path), request, target);
      return createdReply(world, item, session, token, noRanges);
    },
  };
}

/** The session as it is now: another request may have changed it. */
function current(world: World, id: string): Session {
  const session = world.store.sessions.get(id);
  if (session === undefined) throw new Refusal('sessionUnknown');
  return session;
}

/** Judges a PUT by its headers, then streams its bytes to their place. They count only once they are committed. */
export async function putRange(world: World, exchange: Exchange, id: string): Promise<Call> {
  const dispose = await takeTurn(world, id);
  try {
    const session = current(world, id);
    const headers = putHeaders(exchange);
    const range = judge(world, session, headers, true);
    await world.bytes.writeRange(session.file, range.start, range.end - range.start + 1, exchange.request);
    return { ...putCall(world, session, range, headers), dispose };
  } catch (cause) {
    dispose();
    throw cause;
  }
}

function putCall(world: World, session: Session, range: ByteRange, headers: PutHeaders): Call {
  const { id, name, state } = session;
  const item = itemOfSession(world, session);
  return {
    op: endsFile(state, range) ? 'putLast' : 'put',
    item,
    name,
    rangeIndex: state.taken,
    expire: () => expire(world, current(world, id)),
    commit: (options) => {
      const before = current(world, id);
      judge(world, before, headers, false);
      if (options.repeatOffset) return progressReply(world, item, before.state, false);
      const after = commitPut(world, before, range, options);
      if (after.state.phase === 'completed') return attachedReply(world, item, after, options.noLocation ?? false);
      return progressReply(world, item, after.state, options.noRanges ?? false);
    },
  };
}

function judge(world: World, session: Session, headers: PutHeaders, record: boolean): ByteRange {
  const item = itemOfSession(world, session);
  const verdict = judgePut(session.state, headers, world.now(), world.config.rangeMaxBytes);
  if (!verdict.ok) throw new Refusal(verdict.rule, verdict.detail);
  if (record) for (const note of verdict.notes) world.journal.broke(note, 'put', headers.contentRange ?? '');
  checkMessageSize(world, item, verdict.range.end + 1);
  return verdict.range;
}

const putHeaders = (exchange: Exchange): PutHeaders => ({
  contentRange: exchange.header('content-range'),
  contentLength: exchange.header('content-length'),
  contentType: exchange.header('content-type'),
  transferEncoding: exchange.header('transfer-encoding'),
});

/** PUTs on one session are taken one after the other; the returned function ends the turn. */
async function takeTurn(world: World, id: string): Promise<() => void> {
  const before = world.turns.get(id);
  let end = () => {};
  const mine = new Promise<void>((resolve) => (end = resolve));
  const chained = before === undefined ? mine : before.then(() => mine);
  world.turns.set(id, chained);
  await before;
  return () => {
    end();
    if (world.turns.get(id) === chained) world.turns.delete(id);
  };
}

function expire(world: World, session: Session): void {
  world.store.sessions.put({ ...session, state: { ...session.state, expiresAt: world.now() } });
}

/** GET on an upload URL is not documented: the configuration says what it answers. */
export function sessionStatus(world: World, id: string): Call {
  const session = current(world, id);
  const item = itemOfSession(world, session);
  return {
    op: 'status',
    item,
    name: session.name,
    rangeIndex: session.state.taken,
    expire: () => expire(world, current(world, id)),
    commit: ({ noRanges = false }) => {
      if (world.config.statusGet === '404') throw new Refusal('statusNotThere');
      if (world.config.statusGet === '405') throw new Refusal('statusNotAllowed');
      const { state } = current(world, id);
      if (cancelSession(state, world.now()) === undefined) throw new Refusal('sessionUnknown');
      return progressReply(world, item, state, noRanges);
    },
  };
}

/** DELETE: nothing stays; what has ended already is not found. */
export function cancelUploadSession(world: World, id: string): Call {
  const session = current(world, id);
  return {
    op: 'cancelSession',
    item: itemOfSession(world, session),
    name: session.name,
    rangeIndex: session.state.taken,
    expire: () => expire(world, current(world, id)),
    commit: () => {
      const before = current(world, id);
      const state = cancelSession(before.state, world.now());
      if (state === undefined) throw new Refusal('cancelAfterEnd');
      world.store.sessions.put({ ...before, state });
      world.bytes.remove(before.file);
      return { status: 204 };
    },
  };
}
