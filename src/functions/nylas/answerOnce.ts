import { faultOfRefusal, NylasError, NylasFault } from '../../core/nylas/error';
import { callDiesAfterMs, documentKey, isKept, meeting, NylasCall } from '../../core/nylas/send';
import { UploadError } from '../../core/errors';
import { fingerprintOf } from '../../app/intake/fingerprint';
import type { HttpDependencies } from '../api/serve';
import { faultReply, NylasReply, NylasRequest } from './nylasWire';

/** What a call came to. `delivery` is what it was accepted as; `unsent` says that this one surely sent nothing. */
export interface CallOutcome {
  readonly reply: NylasReply;
  readonly fault?: NylasFault;
  readonly delivery?: string;
  readonly unsent?: boolean;
}
interface Answering {
  /** `callId` is the same for every try to answer this call: what is accepted under it is accepted once. */
  readonly answer: (callId: string) => Promise<CallOutcome>;
  /** The reply of that status that was given before, from what its delivery is now. */
  readonly again: (status: number, delivery: string) => Promise<NylasReply>;
}

/**
 * `Idempotency-Key` as Nylas does it: the answer, also an error, is kept for an hour per grant and given again with
 * `Idempotent-Response: true`; another payload, or a call still under way, is 409. A function that died in between leaves
 * an open call, with whose id the next one goes on: never a second delivery.
 */
export async function answerOnce(
  { request, grant }: NylasRequest,
  json: unknown,
  deps: HttpDependencies,
  { answer, again }: Answering,
): Promise<NylasReply> {
  const header = request.headers.get('idempotency-key');
  if (header === null) return (await answer(deps.newId())).reply;
  if (header.trim() === '' || header.length > 256) throw new NylasError(invalidKey);
  const key = documentKey(grant.key, header);
  const call = await claimed(key, fingerprintOf(json ?? null), deps);
  if (call.answer) return replayed(call.answer, again);
  try {
    const outcome = await answer(call.id);
    await closed(key, call, outcome, deps);
    return outcome.reply;
  } catch (cause) {
    const fault = faultOfThrown(cause); // anything else leaves the call open: it may have been accepted
    if (fault) await closed(key, call, { reply: faultReply(fault), fault }, deps);
    throw cause;
  }
}

/** The call as it is held now: ours, or one that has its answer. */
async function claimed(key: string, fingerprint: string, deps: HttpDependencies): Promise<NylasCall> {
  const { nylas, clock, newId } = deps;
  const mine: NylasCall = { id: newId(), fingerprint, at: clock() };
  if (await nylas.calls.insert(key, mine, mine.at)) return mine;
  const held = await nylas.calls.get(key);
  if (!held) return claimed(key, fingerprint, deps);
  const meets = meeting(held.value, fingerprint, mine.at);
  if (meets.kind === 'fault') throw new NylasError(meets.fault);
  if (meets.kind === 'replay') return held.value;
  const taken = meets.kind === 'goOn' ? { ...held.value, at: mine.at } : mine;
  if (await nylas.calls.replace(key, taken, held.version, taken.at)) return taken;
  return claimed(key, fingerprint, deps);
}

/** Writes the answer down, or opens the call for the next try where that may have another answer. */
async function closed(
  key: string,
  call: NylasCall,
  outcome: CallOutcome,
  { nylas, newId }: HttpDependencies,
): Promise<void> {
  const { reply, fault, delivery, unsent } = outcome;
  const held = await nylas.calls.get(key);
  if (held?.value.id !== call.id || held.value.answer) return; // it took so long that another one has gone on
  const answer = { status: reply.status, ...(delivery ? { delivery } : {}), ...(fault ? { fault } : {}) };
  const keeps = isKept(reply) || (delivery !== undefined && !unsent);
  const open = { ...call, at: call.at - callDiesAfterMs - 1, id: unsent ? newId() : call.id };
  await nylas.calls.replace(key, keeps ? { ...call, answer } : open, held.version, call.at);
}

async function replayed(given: NonNullable<NylasCall['answer']>, again: Answering['again']): Promise<NylasReply> {
  const { status, delivery, fault } = given;
  const reply = fault || delivery === undefined ? faultReply(fault ?? lost) : await again(status, delivery);
  return { ...reply, headers: { ...reply.headers, 'idempotent-response': 'true' } };
}

const faultOfThrown = (cause: unknown): NylasFault | undefined => {
  if (cause instanceof NylasError) return cause.fault;
  return cause instanceof UploadError ? faultOfRefusal(cause.problem, 'mail') : undefined;
};

const invalidKey: NylasFault = {
  status: 400,
  type: 'api.invalid_idempotency_key',
  message: 'An Idempotency-Key has 1 to 256 characters.',
};
const lost: NylasFault = { status: 500, type: 'internal_error', message: 'The kept answer cannot be read.' };
