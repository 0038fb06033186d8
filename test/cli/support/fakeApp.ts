import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  /** with its query */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  json(): Record<string, unknown>;
}

/** What the fake answers: JSON, a status alone, or nothing at all (the connection is cut). */
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'cut';
type Handler = (seen: Seen) => Reply | Promise<Reply>;

/**
 * Answers as the app and its storage would, by script: for what the app cannot be brought to say. What was not scripted
 * is 404. Replies of one route are used one after the other, the last one for ever.
 */
export class FakeApp {
  readonly seen: Seen[] = [];
  readonly blocks = new Map<string, Buffer>();
  readonly #routes = new Map<string, Handler[]>();

  private constructor(private readonly server: Server) {
    this.#file();
  }

  static async start(): Promise<FakeApp> {
    const server = createServer();
    const fake = new FakeApp(server);
    server.on('request', (request, response) => void fake.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param route method and path without query: `GET /api/uploads/{id}` as it is */
  on(route: string, ...handlers: (Reply | Handler)[]): void {
    this.#routes.set(
      route,
      handlers.map((handler) => (typeof handler === 'function' ? handler : () => handler)),
    );
  }

  requests(route: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}` === route);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** POST /api/files and storage behind it. */
  #file(): void {
    this.on('GET /api/uploads', { status: 200, body: { value: [] } });
    this.on('POST /api/files', (seen) => ({
      status: 201,
      body: {
        blob: `uploads/.staged/1/${String(seen.json()['name'])}`,
        uploadUrl: `${this.url}/storage?sig=secret`,
        expiresAt: '2030-01-01T00:00:00Z',
        blockSize: 1000,
      },
    }));
    this.on('PUT /storage', (seen) => this.put(seen));
  }

  /** As Put Block and Put Block List do. */
  put({ path, body }: Seen): Reply {
    const query = new URLSearchParams(path.split('?')[1]);
    if (query.get('comp') === 'block') this.blocks.set(query.get('blockid') ?? '', body);
    return { status: 201 };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url: path = '', headers } = request;
    const body = Buffer.concat(pieces);
    const seen: Seen = {
      method,
      path,
      headers,
      body,
      json: () => JSON.parse(body.toString()) as Record<string, unknown>,
    };
    this.seen.push(seen);
    const handlers = this.#routes.get(`${method} ${path.split('?')[0] ?? ''}`);
    const handler = handlers && handlers.length > 1 ? handlers.shift() : handlers?.[0];
    const reply = handler ? await handler(seen) : { status: 404, body: { code: 'RouteNotFound', detail: 'No route.' } };
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'application/json', etag: '"1"', ...reply.headers });
    response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  }
}

/** An upload as GET shows it. */
export const uploadView = (more: Record<string, unknown>): Record<string, unknown> => ({
  id: 'u1',
  status: 'succeeded',
  blob: 'uploads/.staged/1/a.txt',
  item: 'users/m/messages/1',
  name: 'a.txt',
  size: 7,
  reference: null,
  progress: { bytesSent: 7, bytesTotal: 7, percent: 100 },
  warnings: [],
  createdAt: '2026-11-29T10:00:00Z',
  updatedAt: '2026-11-29T10:00:00Z',
  ...more,
});

export const attached = uploadView({
  attachment: { id: 'AAMk', name: 'a.txt', location: null, sha256: null, verified: true, method: 'post' },
});

export const unknownOutcome = uploadView({
  status: 'failed',
  error: { code: 'OutcomeUnknown', status: 502, detail: 'The last reply was lost.' },
});
