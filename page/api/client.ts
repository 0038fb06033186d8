import { keyNeeded, offline, problemIn, ProblemError } from './problemError';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** The app gave what was there already (`Idempotent-Replayed`). */
  readonly replayed: boolean;
  /** Seconds until it makes sense to ask again. */
  readonly retryAfter: number | undefined;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** `/my` where a person is signed in, `/api` for everybody with a function key. */
export type Door = '/my' | '/api';
const keyName = 'blob-to-outlook.key';

/** The app's HTTP API. Paths are relative to the door: `call('GET', '/uploads')`. */
export class Api {
  door: Door = '/api';
  /** Called whenever the app refuses the key. */
  onKeyNeeded: () => void = () => undefined;

  get key(): string {
    return sessionStorage.getItem(keyName) ?? '';
  }
  set key(value: string) {
    if (value === '') sessionStorage.removeItem(keyName);
    else sessionStorage.setItem(keyName, value);
  }

  /** @throws ProblemError for every answer but 2xx, and where there is none */
  async call<T>(method: string, path: string, { body, headers = {}, signal }: CallOptions = {}): Promise<Answer<T>> {
    const reply = await fetch(this.door + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.door === '/api' && this.key !== '' ? { 'x-functions-key': this.key } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      redirect: 'error',
    }).catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
      throw new ProblemError(offline);
    });
    const answer = await jsonOf(reply);
    if (reply.status === 401 && this.door === '/api') {
      this.onKeyNeeded();
      throw new ProblemError(keyNeeded);
    }
    if (!reply.ok) throw new ProblemError(problemIn(reply.status, answer));
    const retryAfter = Number(reply.headers.get('retry-after') ?? NaN);
    return {
      status: reply.status,
      body: answer as T,
      replayed: reply.headers.get('idempotent-replayed') === 'true',
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
    };
  }

  /** Whether somebody is signed in, by asking once. */
  async findDoor(): Promise<void> {
    const reply = await fetch('/my/uploads?limit=1', { redirect: 'error' }).catch(() => undefined);
    this.door = reply?.status === 200 ? '/my' : '/api';
  }
}

async function jsonOf(reply: Response): Promise<unknown> {
  const text = await reply.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
