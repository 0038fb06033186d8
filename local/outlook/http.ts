import { createReadStream } from 'node:fs';
import {
  STATUS_CODES,
  validateHeaderName,
  validateHeaderValue,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import { BodyCutShort } from './bytes';
import { newRequestId } from './ids';
import type { Delivery, Reply } from './reply';
import { Refusal } from './wireErrors';

/** Percent-decoded; undefined where that is impossible. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A TLS socket cannot send a reset by itself: it is cut. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Whether HTTP can carry the value in a header. */
export function fitsHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** One request and its response. */
export class Exchange {
  readonly url: URL;
  readonly method: string;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    base: string,
  ) {
    const target = request.url ?? '/';
    this.url = URL.canParse(target, base) ? new URL(target, base) : new URL('/unreadable', base);
    this.method = request.method ?? 'GET';
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  bearer(): string | undefined {
    return /^Bearer +(\S+)$/i.exec(this.header('authorization') ?? '')?.[1];
  }

  /** Bytes that the body says it has. */
  announcedBytes(): number {
    return Number(this.header('content-length') ?? 0) || 0;
  }

  /** The JSON body. Refused: another content type, more than `limit` bytes, nothing, broken JSON. */
  async json(limit: number): Promise<unknown> {
    if (!/^application\/json\b/i.test(this.header('content-type') ?? 'none')) throw new Refusal('notJson');
    if (this.announcedBytes() > limit) throw new Refusal('bodyTooLarge', `${this.announcedBytes()} bytes`);
    const text = (await this.body(limit)).toString('utf8');
    if (text.trim() === '') throw new Refusal('emptyPayload');
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new Refusal('brokenJson');
    }
  }

  private async body(limit: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of this.request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes <= limit) chunks.push(chunk);
      }
    } catch (cause) {
      throw new BodyCutShort('the body broke off', { cause });
    }
    if (bytes > limit) throw new Refusal('bodyTooLarge', `${bytes} bytes`);
    return Buffer.concat(chunks);
  }

  async send(reply: Reply, delivery: Delivery = 'whole'): Promise<void> {
    const { socket } = this.request; // the response has none yet while the one before it on this connection is being written
    if (this.response.destroyed || socket.destroyed) return;
    if (delivery === 'none') reset(socket);
    else if (delivery === 'half') this.sendHalf(reply);
    else await this.sendWhole(reply);
    this.request.resume(); // what was not read of a refused body, so that the connection can be used again
  }

  private head(reply: Reply): { headers: Record<string, string>; body: string } {
    const body = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
    const type = reply.json === undefined ? undefined : 'application/json; charset=utf-8';
    const headers: Record<string, string> = { 'request-id': newRequestId(), ...(type ? { 'content-type': type } : {}) };
    const client = this.header('client-request-id');
    if (client !== undefined) headers['client-request-id'] = client;
    if (reply.chunked) headers['transfer-encoding'] = 'chunked';
    else if (reply.status !== 204) headers['content-length'] = String(reply.file?.length ?? Buffer.byteLength(body));
    return { headers: { ...headers, ...reply.headers }, body };
  }

  private async sendWhole(reply: Reply): Promise<void> {
    const { headers, body } = this.head(reply);
    this.response.writeHead(reply.status, headers);
    if (reply.file === undefined || reply.file.length === 0 || this.method === 'HEAD') {
      this.response.end(body);
      return;
    }
    const { path, start = 0, length } = reply.file;
    const bytes = createReadStream(path, { start, end: start + length - 1, highWaterMark: 1 << 20 });
    await pipeline(bytes, this.response).catch(() => undefined); // a reader who leaves midway is no fault of ours
  }

  /** Half a reply: of the body where there is one, of the headers otherwise. Then the line is cut. */
  private sendHalf(reply: Reply): void {
    const { headers, body } = this.head(reply);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n${lines.join('')}`;
    const text = body === '' ? head.slice(0, head.length / 2) : `${head}\r\n${body.slice(0, body.length / 2)}`;
    const { socket } = this.request;
    socket.write(text, () => socket.destroy());
  }
}
