import { setTimeout as delay } from 'node:timers/promises';
import { networkReason } from '../api/networkReason';

/** An answer as the probe reads it: its URL and its texts are not kept. */
export interface Answer {
  /** 0: none */
  readonly status: number;
  /** The service's code, or why there is no answer. */
  readonly code: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
  readonly location: string | undefined;
  readonly tookMs: number;
}

export interface Request {
  readonly json?: unknown;
  readonly body?: Buffer<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Send = (method: string, url: string, request?: Request) => Promise<Answer>;

const callMs = 120_000;
const mostThrottled = 5;

/** Sends once; a 429 says that nothing was done, and is waited for as the service asks. */
export const send: Send = async (method, url, request = {}) => {
  for (let tries = 1; ; tries++) {
    const startedAt = Date.now();
    try {
      const { json, body, headers } = request;
      const payload = json === undefined ? body : JSON.stringify(json);
      const reply = await fetch(url, {
        method,
        headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(payload === undefined ? {} : { body: payload }),
        redirect: 'manual',
        signal: AbortSignal.timeout(callMs),
      });
      const bytes = Buffer.from(await reply.arrayBuffer());
      const retryAfterMs = 1_000 * (Number(reply.headers.get('retry-after')) || 5);
      if (reply.status === 429 && tries < mostThrottled) {
        await delay(retryAfterMs);
        continue;
      }
      const parsed = objectIn(bytes);
      return {
        status: reply.status,
        code: codeIn(parsed),
        json: parsed,
        bytes,
        location: reply.headers.get('location') ?? undefined,
        tookMs: Date.now() - startedAt,
      };
    } catch (cause) {
      const tookMs = Date.now() - startedAt;
      return { status: 0, code: networkReason(cause), json: {}, bytes: Buffer.alloc(0), location: undefined, tookMs };
    }
  }
};

/** `404 ErrorItemNotFound`: what is noted of an answer. */
export const words = ({ status, code }: Answer): string =>
  status === 0
    ? `no answer (${code})`
    : [String(status), /^[\w.-]{1,80}$/.test(code) ? code : ''].filter(Boolean).join(' ');

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function codeIn(json: Record<string, unknown>): string {
  const { code } = objectOf(json['error']);
  return typeof code === 'string' ? code : '';
}

function objectIn(bytes: Buffer): Record<string, unknown> {
  if (bytes.length > 1_000_000) return {};
  try {
    return objectOf(JSON.parse(bytes.toString()));
  } catch {
    return {};
  }
}
