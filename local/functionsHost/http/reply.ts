import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** A request, read whole. */
export interface WebRequest {
  method: string;
  /** As it came, still encoded, with the query. */
  url: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

/** An answer; no body means none at all, no content type either. */
export interface Reply {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

export const json = (status: number, value: unknown, headers?: Record<string, string>): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

/** Reads a whole request. @returns null when it is longer than `limitBytes`; the rest is read and dropped */
export async function readRequest(message: IncomingMessage, limitBytes: number): Promise<WebRequest | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > limitBytes) return null;
  const url = message.url ?? '/';
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  return { method: message.method ?? 'GET', url, query, headers: message.headers, body: Buffer.concat(chunks) };
}

export function writeReply(response: ServerResponse, { status, headers = {}, body = '' }: Reply): void {
  const bodyless = status === 204 || status === 304;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!bodyless) response.setHeader('content-length', bytes.byteLength);
  response.writeHead(status);
  response.end(bodyless ? undefined : bytes);
}
