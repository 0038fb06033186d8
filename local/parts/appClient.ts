/** An upload as the API shows it: the fields that the commands and the tests look at */
export interface UploadView {
  id: string;
  status: 'queued' | 'running' | 'waiting' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';
  blob: string | null;
  item: string;
  name: string;
  size: number | null;
  progress: { bytesSent: number; bytesTotal: number; percent: number };
  waitingFor?: string;
  attachment?: { id: string | null; location: string | null; sha256: string | null; verified: boolean; method: string };
  error?: { code: string; status: number; detail: string; leftBehind?: unknown };
  warnings: { code: string }[];
  timeline?: unknown[];
  links: { self: string; cancel?: string };
}

/** One answer of the API, its body parsed when it is JSON. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

const finalStates = new Set(['succeeded', 'failed', 'cancelled']);

/** Whether nothing more will happen to it. */
export function isFinal(upload: UploadView): boolean {
  return finalStates.has(upload.status);
}

/** A client of the app's HTTP API, as any other. */
export class AppClient {
  constructor(readonly apiUrl: string) {}

  /** Any call: `call('GET', '/api/uploads')`; a body that is no string or Buffer goes as JSON. */
  async call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const sent = body === undefined ? undefined : raw ? body : JSON.stringify(body);
    const reply = await fetch(this.apiUrl + path, {
      method,
      headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(sent === undefined ? {} : { body: sent }),
      redirect: 'manual',
    });
    const text = await reply.text();
    const isJson = /json/.test(reply.headers.get('content-type') ?? '');
    return { status: reply.status, headers: reply.headers, body: (isJson && text ? JSON.parse(text) : text) as T };
  }

  /** POST /api/uploads. @throws Error with the problem unless it is accepted */
  async createUpload(request: Record<string, unknown>, headers?: Record<string, string>): Promise<UploadView> {
    const answer = await this.call<UploadView>('POST', '/api/uploads', request, headers);
    if (answer.status !== 202) throw new Error(`POST /api/uploads: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /**
   * Follows an upload by GET with Prefer: wait until nothing more will happen to it.
   * @param onChange is given each state that differs from the one before
   * @throws Error when it has not ended within the time
   */
  async untilFinal(
    id: string,
    onChange: (upload: UploadView) => void = () => undefined,
    withinMs = 120_000,
  ): Promise<UploadView> {
    return this.until(id, isFinal, onChange, withinMs);
  }

  /** Follows an upload until `enough` says so. @throws Error when it has ended otherwise, or not within the time */
  async until(
    id: string,
    enough: (upload: UploadView) => boolean,
    onChange: (upload: UploadView) => void = () => undefined,
    withinMs = 120_000,
  ): Promise<UploadView> {
    const giveUpAt = Date.now() + withinMs;
    let etag: string | undefined;
    let last = 'no answer';
    while (Date.now() < giveUpAt) {
      // the first look does not wait for a change: it may be so already
      const waitSeconds = Math.min(20, Math.ceil((giveUpAt - Date.now()) / 1000));
      const headers: Record<string, string> =
        etag === undefined ? {} : { Prefer: `wait=${waitSeconds}`, 'If-None-Match': etag };
      const answer = await this.call<UploadView>('GET', `/api/uploads/${id}`, undefined, headers);
      if (answer.status === 304) continue;
      last = `${answer.status} ${JSON.stringify(answer.body)}`;
      if (answer.status !== 200) throw new Error(`GET /api/uploads/${id}: ${last}`);
      etag = answer.headers.get('etag') ?? undefined;
      onChange(answer.body);
      if (enough(answer.body)) return answer.body;
      if (isFinal(answer.body)) throw new Error(`Upload ${id} has ended otherwise: ${last}`);
    }
    throw new Error(`Upload ${id} was not there within ${withinMs} ms: ${last}`);
  }
}
