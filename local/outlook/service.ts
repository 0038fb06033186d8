/** The one way of a request through the house: admitted, judged, held up, committed, answered, recorded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BodyCutShort } from './bytes';
import type { CommitOptions, Effect } from './effects';
import type { Exchange } from './http';
import { pathOf } from './items';
import type { Operation } from './operations';
import type { Item } from './records';
import type { Delivery, Reply } from './reply';
import { scripted } from './scriptedAnswers';
import { isHidden } from './visibility';
import { errorReply, Refusal } from './wireErrors';
import type { World } from './world';

/** A request that was found correct: its body is read, nothing is done yet. */
export interface Call {
  readonly op: Operation;
  readonly item?: Item;
  /** The attachment's name. */
  readonly name?: string;
  readonly rangeIndex?: number;
  /** Does it, in one go, and says what to answer. May refuse: the world moves on between judging and doing. */
  readonly commit: (options: CommitOptions) => Reply;
  /** How long it takes by itself, in real time. */
  readonly holdMs?: number;
  /** Makes the session expire now. */
  readonly expire?: () => void;
  readonly dispose?: () => void;
}

/** A request whose sender and mailbox are known. `itemPath`: as it was asked for. */
export interface Incoming {
  readonly op: Operation;
  readonly app: string;
  readonly mailbox: string;
  readonly itemPath?: string;
  readonly prepare: () => Call | Promise<Call>;
}

interface Outcome {
  readonly reply: Reply;
  readonly delivery: Delivery;
  readonly fault: boolean;
}

export async function serve(world: World, exchange: Exchange, begin: () => Incoming): Promise<void> {
  const startedAt = performance.now();
  settle(world);
  let incoming: Incoming | undefined;
  let call: Call | undefined;
  let outcome: Outcome | undefined;
  let leave: (() => void) | undefined;
  try {
    incoming = begin();
    leave = world.throttle.enter(incoming.app, incoming.mailbox, writes(exchange) ? exchange.announcedBytes() : 0);
    call = await incoming.prepare();
    outcome = await perform(world, call, incoming);
  } catch (cause) {
    outcome = refused(world, cause, call?.op ?? incoming?.op ?? exchange.method, incoming);
  }
  call?.dispose?.();
  try {
    if (outcome === undefined) exchange.response.destroy();
    else await exchange.send(outcome.reply, outcome.delivery);
  } catch (cause) {
    console.error('Outlook stand-in:', cause); // such as a scripted header that HTTP cannot carry
    exchange.response.destroy();
  }
  leave?.();
  record(world, exchange, { incoming, call, outcome, ms: performance.now() - startedAt });
}

const writes = ({ method }: Exchange): boolean => method === 'PUT' || method === 'POST' || method === 'PATCH';

/** Does the commits that faults put off and whose time has come. */
export function settle(world: World): void {
  const due = world.late.filter(({ dueAt }) => dueAt <= world.now());
  if (due.length === 0) return;
  world.late = world.late.filter((commit) => !due.includes(commit));
  for (const { run } of due.sort((a, b) => a.dueAt - b.dueAt)) run();
}

async function perform(world: World, call: Call, { itemPath, mailbox }: Incoming): Promise<Outcome> {
  if (call.item && isHidden(call.item, call.op, world.now())) throw new Refusal('itemNotFoundYet');
  const names = call.item ? [call.item.graphId, call.item.immutableId, pathOf(call.item)] : [];
  const effect = world.faults.take({ ...call, mailbox, items: itemPath === undefined ? names : [...names, itemPath] });
  const { latencyMs } = world.config;
  const latency = latencyMs[call.op] ?? (call.op === 'putLast' ? latencyMs.put : undefined) ?? 0;
  const waitMs = latency + (call.holdMs ?? 0) + (effect?.delayMs ?? 0);
  if (waitMs > 0) await sleep(waitMs);
  if (effect === undefined) return { reply: call.commit({}), delivery: 'whole', fault: false };
  return { ...afflicted(world, call, effect), fault: true };
}

const NOTHING: Reply = { status: 0 };

function afflicted(world: World, call: Call, effect: Effect): Omit<Outcome, 'fault'> {
  const now = world.now();
  const answered = effect.answer && { reply: scripted(effect.answer, now), delivery: 'whole' as const };
  if (effect.expireNow) call.expire?.();
  if (effect.commitLaterMs !== undefined) {
    world.late.push({ dueAt: now + effect.commitLaterMs, run: () => commitLate(call, effect) });
    return answered ?? { reply: NOTHING, delivery: 'none' };
  }
  if (answered !== undefined) return answered;
  if (effect.resetBefore) return { reply: NOTHING, delivery: 'none' };
  const told = effect.pretend ? pretended(world, call, effect) : call.commit(effect);
  const reply = effect.addHeaders ? { ...told, headers: { ...told.headers, ...effect.addHeaders } } : told;
  if (effect.answerAfterCommit) return { reply: scripted(effect.answerAfterCommit, now), delivery: 'whole' };
  return { reply, delivery: effect.resetAfter ? 'none' : effect.halfAnswer ? 'half' : 'whole' };
}

/** The answer that the commit would give, without what it would do. */
function pretended(world: World, call: Call, effect: Effect): Reply {
  return world.bytes.keepingAll(() => world.store.undone(() => call.commit(effect)));
}

/** A late commit that is no longer possible (the range was sent again meanwhile) is none. */
function commitLate(call: Call, effect: Effect): void {
  try {
    call.commit(effect);
  } catch (cause) {
    if (!(cause instanceof Refusal)) console.error('Outlook stand-in:', cause);
  }
}

/** A refusal goes on the wire and, where it breaks a rule, into the record. A body cut short gets no answer. */
function refused(world: World, cause: unknown, op: string, incoming: Incoming | undefined): Outcome | undefined {
  if (cause instanceof BodyCutShort) return undefined;
  const refusal = cause instanceof Refusal ? cause : new Refusal('internal', String(cause));
  if (refusal !== cause) console.error('Outlook stand-in:', cause);
  world.journal.broke(refusal.rule, op, refusal.detail, incoming?.itemPath);
  return { reply: errorReply(refusal, world.now()), delivery: 'whole', fault: false };
}

interface Served {
  readonly incoming: Incoming | undefined;
  readonly call: Call | undefined;
  readonly outcome: Outcome | undefined;
  readonly ms: number;
}

function record(world: World, exchange: Exchange, { incoming, call, outcome, ms }: Served): void {
  const item = call?.item ? pathOf(call.item) : incoming?.itemPath;
  world.journal.served({
    at: new Date(world.now()).toISOString(),
    op: call?.op ?? incoming?.op ?? exchange.method,
    status: outcome?.reply.status ?? 0,
    delivered: outcome?.delivery ?? 'none',
    mailbox: incoming?.mailbox,
    item,
    name: call?.name,
    range: exchange.header('content-range'),
    fault: outcome?.fault,
    ms: Math.round(ms * 10) / 10,
  });
}
