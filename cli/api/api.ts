import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../exitCodes';
import { networkReason } from './networkReason';
import { apiErrorOf, type ApiError } from './apiError';

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** how long it is repeated while nothing answers, or the answer says: later */
  readonly patienceMs?: number;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** A long poll lasts 20 s; whatever takes longer than this is a lost connection. */
const callMs = 90_000;
const patienceMs = 30_000;
const longestPauseMs = 5_000;

/**
 * The app's HTTP API. Every call may be repeated: reads and DELETE by their nature, a POST by its Idempotency-Key. So a
 * lost answer, a restart of the app, or a 503 is waited out for a while.
 */
export class Api {
  #answered = false;

  constructor(
    /** without a trailing slash */
    readonly baseUrl: string,
    private readonly key: string | undefined,
    private readonly onPause: (reason: string) => void = () => undefined,
  ) {}

  /** @throws ApiError where the app refuses, Failure where nothing answers */
  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const giveUpAt = Date.now() + (options.patienceMs ?? patienceMs);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#once(method, path, options);
      if (!(answer instanceof Error)) return answer as Answer<T>;
      const pauseMs = Math.min(longestPauseMs, 250 * 2 ** attempt);
      if (!(answer instanceof Later) || Date.now() + pauseMs > giveUpAt) throw answerOf(answer);
      this.onPause(answer.message);
      await delay(Math.max(pauseMs, Math.min(answer.retryAfterMs, giveUpAt - Date.now())), undefined, {
        ...(options.signal ? { signal: options.signal } : {}),
      });
    }
  }

  async #once(method: string, path: string, options: CallOptions): Promise<Answer<unknown> | Error> {
    const limit = AbortSignal.timeout(callMs);
    try {
      const reply = await fetch(this.baseUrl + path, {
        method,
        headers: this.#headers(options),
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        redirect: 'manual', // the key goes to nobody else
        signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      });
      const body = parsed(await reply.text());
      this.#answered = true;
      if (reply.ok || reply.status === 304) return { status: reply.status, headers: reply.headers, body };
      const error = apiErrorOf(reply.status, body);
      return mayPass(error) ? new Later(error, retryAfterMs(reply.headers)) : error;
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      return this.#silence(cause);
    }
  }

  /** Nothing there at the very first call: the address is wrong, or the app is not running. Waiting does not help. */
  #silence(cause: unknown): Error {
    const reason = networkReason(cause);
    const what = `Nothing answers at ${this.baseUrl} (${reason}).`;
    if (this.#answered) return new Later(new Failure(what), 0);
    return new Failure(`${what} Start the app (npm start), or name it with --url or BLOB_TO_OUTLOOK_URL.`);
  }

  #headers({ body, headers }: CallOptions): Record<string, string> {
    return {
      accept: 'application/json',
      ...(this.key === undefined ? {} : { 'x-functions-key': this.key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
  }
}

/** An answer, or none, after which the same call may work. */
class Later extends Error {
  constructor(
    readonly reason: Failure,
    readonly retryAfterMs: number,
  ) {
    super(reason.message);
  }
}

const answerOf = (error: Error): Error => (error instanceof Later ? error.reason : error);

/** 500 without a problem is the host's own, while it starts the app again. */
function mayPass({ status, code, problem }: ApiError): boolean {
  if (code === 'NotConfigured' || problem.retryable === false) return false;
  return status >= 500 || status === 429 || status === 408;
}

function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? 1000 * seconds : 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
