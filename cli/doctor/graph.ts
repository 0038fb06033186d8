import { setTimeout as delay } from 'node:timers/promises';
import { networkReason } from '../api/networkReason';

/** One answer of Graph, or of the upload host. */
export interface GraphAnswer {
  /** 0: none */
  readonly status: number;
  /** Graph's code, or why there is no answer */
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Microsoft's id of the request, for a support case */
  readonly requestId: string | undefined;
}

export interface GraphRequest {
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

const attempts = 3;
const callMs = 60_000;
const longestWaitMs = 30_000;

/** Microsoft Graph with a bearer. Only a 429 is repeated: it says that nothing was done. */
export class Graph {
  constructor(
    private readonly root: string,
    private readonly version: string,
    private readonly bearer: string,
  ) {}

  call(method: string, path: string, request: GraphRequest = {}): Promise<GraphAnswer> {
    const headers = { authorization: `Bearer ${this.bearer}`, prefer: 'IdType="ImmutableId"', ...request.headers };
    return send(`${this.root}/${this.version}/${path}`, method, { ...request, headers });
  }
}

/** Sends to an upload URL, which wants no bearer. */
export async function send(url: string, method: string, request: GraphRequest): Promise<GraphAnswer> {
  for (let attempt = 1; ; attempt++) {
    const { answer, retryAfterMs } = await sendOnce(url, method, request);
    if (answer.status !== 429 || attempt === attempts) return answer;
    await delay(Math.min(longestWaitMs, Math.max(1_000, retryAfterMs)));
  }
}

async function sendOnce(url: string, method: string, { json, bytes, headers }: GraphRequest) {
  try {
    const reply = await fetch(url, {
      method,
      headers: { ...headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(bytes === undefined ? {} : { body: bytes }),
      redirect: 'manual',
      signal: AbortSignal.timeout(callMs),
    });
    const body = objectIn(await reply.text());
    const error = objectOf(body['error']);
    const code = typeof error['code'] === 'string' ? error['code'] : '';
    const requestId = reply.headers.get('request-id') ?? undefined;
    const retryAfterMs = 1_000 * (Number(reply.headers.get('retry-after')) || 0);
    return { answer: { status: reply.status, code, body, requestId }, retryAfterMs };
  } catch (cause) {
    return { answer: { status: 0, code: networkReason(cause), body: {}, requestId: undefined }, retryAfterMs: 0 };
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function objectIn(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}
