/** The one way of a request through the house: admitted, judged, held up, committed, answered, recorded. */
import { BodyCutShort } from './bytes';
import type { Call, Incoming } from './call';
import type { Exchange } from './http';
import { pathOf } from './items';
import { checkMailbox } from './mailboxes';
import { type Outcome, perform } from './perform';
import { errorReply, Refusal } from './wireErrors';
import type { World } from './world';

export async function serve(world: World, exchange: Exchange, begin: () => Incoming): Promise<void> {
  const startedAt = performance.now();
  settle(world);
  let incoming: Incoming | undefined;
  let call: Call | undefined;
  let outcome: Outcome | undefined;
  let leave: (() => void) | undefined;
  const { mark } = world.changes;
  try {
    incoming = begin();
    leave = world.throttle.enter(incoming.app, incoming.mailbox, writes(exchange) ? exchange.announcedBytes() : 0);
    checkMailbox(world, incoming.mailbox, incoming.op);
    call = await incoming.prepare();
    outcome = await perform(world, call, incoming, mark);
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

/** A refusal goes on the wire and, where it breaks a rule, into the record. A body cut short gets no answer. */
function refused(world: World, cause: unknown, op: string, incoming: Incoming | undefined): Outcome | undefined {
  if (cause instanceof BodyCutShort) return undefined;
  const refusal = cause instanceof Refusal ? cause : new Refusal('internal', String(cause));
  if (refusal !== cause) console.error('Outlook stand-in:', cause);
  world.journal.broke(refusal.rule, op, refusal.detail, incoming?.itemPath);
  return { reply: errorReply(refusal, world.now(), world.config.statuses), delivery: 'whole', fault: false };
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
