import type { WireReply } from '../../core/wire/reply';
import { startTimeLimit, TimeLimits } from './timeLimit';

type Fault = Extract<WireReply, { kind: 'fault' }>;

/** No token could be had. The message names the kind of failure and never the credential. */
export class NoTokenError extends Error {
  override readonly name = 'NoTokenError';
}

/** Reads a good answer's body as it comes; `progressed` is to be called for each piece of it. */
export type Consume<T> = (response: Response, progressed: () => void) => Promise<T>;

/**
 * One request and its whole answer as a value. What the service or the network can show never throws: no connection,
 * a reset, half an answer, silence; only a bug does. Redirects are never followed: with our bearer or a secret URL a
 * request goes to the host it was made for and to no other (`send` must ask fetch for `redirect: 'manual'`).
 */
export function exchange(limits: TimeLimits, send: (signal: AbortSignal) => Promise<Response>): Promise<WireReply> {
  return run(limits, send, undefined);
}

/** As `exchange`, but a 2xx is given to `consume`, under the same limits; what breaks off its body is a fault too. */
export function download<T>(
  limits: TimeLimits,
  send: (signal: AbortSignal) => Promise<Response>,
  consume: Consume<T>,
): Promise<T | WireReply> {
  return run(limits, send, consume);
}

export const blocked = (detail: string): Fault => ({ kind: 'fault', fault: 'blocked', detail });
export const cutShort = (detail: string): Fault => ({ kind: 'fault', fault: 'reset', detail });

/** Where it leads: the host alone, since a path or a query may hold a secret. */
function redirected({ url, headers }: Response): Fault {
  const location = headers.get('location');
  const host = location !== null && URL.canParse(location, url) ? new URL(location, url).host : '';
  return { kind: 'fault', fault: 'redirected', ...(host === '' ? {} : { host }) };
}

async function run<T>(
  limits: TimeLimits,
  send: (signal: AbortSignal) => Promise<Response>,
  consume: Consume<T> | undefined,
): Promise<T | WireReply> {
  const limit = startTimeLimit(limits);
  try {
    const response = await Promise.race([send(limit.signal), limit.over]); // the identity heeds no signal
    if (response.status >= 300 && response.status < 400) {
      await discard(response);
      return redirected(response);
    }
    if (consume && response.ok) return await consume(response, () => limit.progressed());
    return await replyOf(response);
  } catch (error) {
    if (limit.signal.aborted)
      return { kind: 'fault', fault: 'timeout', detail: 'No whole answer within the time limit.' };
    return faultOf(error);
  } finally {
    limit.end();
  }
}

/** An answer as a value. A 2xx must be read whole to count; of an error the status is enough. */
async function replyOf(response: Response): Promise<WireReply> {
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    if (response.ok) throw error;
    text = '';
  }
  return {
    kind: 'reply',
    status: response.status,
    json: parseJson(text),
    retryAfter: header('retry-after'),
    date: header('date'),
    location: header('location'),
    requestId: header('request-id'),
  };
}

/** Ends a body that nobody will read, so that its connection is free again. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined); // a broken one is gone already
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Only codes and names go into a detail: messages of fetch may hold the URL. */
function faultOf(error: unknown): Fault {
  const chain = causes(error);
  const noToken = chain.find((one) => one instanceof NoTokenError);
  if (noToken) return { kind: 'fault', fault: 'noToken', detail: noToken.message };
  const code = chain.map((one) => (one as { code?: unknown }).code).find((one) => typeof one === 'string');
  if (code === undefined && !chain.some(isBrokenFetch)) throw error; // a bug, not the network
  return cutShort(`The connection broke (${code ?? 'no code'}).`);
}

/** fetch's own words for "no answer" and "half an answer"; nothing else tells them from a TypeError of ours. */
const isBrokenFetch = (error: Error): boolean =>
  error.name === 'TypeError' && (error.message === 'fetch failed' || error.message === 'terminated');

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; isError(at) && chain.length < 8; at = at.cause) chain.push(at);
  return chain;
}

/** By shape: fetch's errors may come from another realm. */
const isError = (value: unknown): value is Error => typeof value === 'object' && value !== null && 'message' in value;
