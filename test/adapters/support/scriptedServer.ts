import { createServer, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { letPass } from '../../support/heldTimers';

export interface Seen {
  readonly method: string;
  readonly url: string; // as it stood in the request line
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}
/**
 * reset: the connection ends without an answer; silence: nothing ever comes, and the client's time (`holdTimers`) passes
 * once it has asked; a function does as it likes.
 */
export type Answer = Reply | 'reset' | 'silence' | ((response: ServerResponse) => void);

/** An HTTP server that gives the answers it was told, in order, and keeps what it was asked. */
export interface ScriptedServer {
  readonly origin: string;
  readonly seen: Seen[];
  answer(...answers: Answer[]): void;
  /** Answers nobody asked for: a test that ends with one proved nothing. */
  unused(): number;
  close(): Promise<void>;
}

export async function scriptedServer(): Promise<ScriptedServer> {
  const answers: Answer[] = [];
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      give(answers.shift() ?? { status: 599, body: 'no answer was scripted' }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (...more) => void answers.push(...more),
    unused: () => answers.length,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends the head and a part of the body it announced, then breaks the connection. */
export const halfAnAnswer =
  (status: number, half: string, announcedBytes = 10_000): Answer =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': announcedBytes });
    response.write(half, () => response.destroy());
  };

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Longer than any time limit. */
export const tooLongMs = 3_600_000;

function give(answer: Answer, response: ServerResponse): void {
  if (answer === 'silence') letPass(tooLongMs);
  else if (answer === 'reset') response.socket?.resetAndDestroy();
  else if (typeof answer === 'function') answer(response);
  else response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request) pieces.push(piece as Buffer);
  } catch {
    // the client gave up: what came is what was seen
  }
  return Buffer.concat(pieces);
}
