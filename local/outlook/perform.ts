import type { Call, Incoming } from './call';
import type { CommitOptions, Effect } from './effects';
import { pathOf } from './items';
import type { Delivery, Reply } from './reply';
import { scripted } from './scriptedAnswers';
import { isHidden } from './visibility';
import { Refusal } from './wireErrors';
import type { World } from './world';
export interface Outcome {
  readonly reply: Reply;
  readonly delivery: Delivery;
  readonly fault: boolean;
}

/** By the global timer, which specs that run the stand-in in their own process can hold; that of node:timers they cannot. */
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Does what a correct request asks for, unless a script has something else in mind. `mark`: of its arrival. */
export async function perform(
  world: World,
  asked: Call,
  { itemPath, mailbox }: Incoming,
  mark: number,
): Promise<Outcome> {
  const call = watched(world, asked, mark);
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

/** The call, refused where the item has changed since `mark`. */
function watched({ changes }: World, call: Call, mark: number): Call {
  const { op, item, commit } = call;
  if (item === undefined) return call;
  const checked = (options: CommitOptions): Reply => {
    changes.check(op, item.id, mark);
    const reply = commit(options);
    changes.changed(op, item.id);
    return reply;
  };
  return { ...call, commit: checked };
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
