import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOutlook, type Outlook } from '../../../local/outlook/server';

export { SEEDED } from '../../../local/outlook/seeds';

export const MB = 1_000_000;
export const MiB = 1024 * 1024;
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const someBytes = (length: number): Buffer => randomBytes(length);

/** JSON off the wire: the properties that the tests look at, each where the answer has it. */
export interface WireJson {
  readonly [key: string]: unknown;
  readonly id: string;
  readonly immutableId: string;
  readonly path: string;
  readonly name: string;
  readonly rule: string;
  readonly state: string;
  readonly bytes: number;
  readonly size: number;
  readonly sha256: string;
  readonly hasAttachments: boolean;
  readonly contentBytes: string;
  readonly uploadUrl: string;
  readonly nextExpectedRanges: string[];
  readonly value: WireJson[];
  readonly pending: object[];
  readonly consumed: object[];
  readonly actions: string[];
  readonly '@odata.nextLink'?: string;
  readonly error: { readonly code: string; readonly message: string };
}

/** An answer read to its end; `json` is empty where the body is none. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly json: WireJson;
}

/** One HTTP request with exactly these headers: fetch would correct what a test wants to be wrong. Rejects on a reset. */
export function http(
  method: string,
  url: string,
  headers: Record<string, string | number> = {},
  body?: Buffer | string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const sent = request({ method, hostname, port, path: pathname + search, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(answer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const NO_JSON = {} as WireJson;

function answer(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Answer {
  const json = String(headers['content-type']).startsWith('application/json')
    ? (JSON.parse(bytes.toString()) as WireJson)
    : NO_JSON;
  return { status, headers, bytes, json };
}

/** Every segment of a path percent-encoded, whether it already was or not. */
export const encoded = (path: string): string =>
  path
    .split('/')
    .map((segment) => encodeURIComponent(decodeURIComponent(segment)))
    .join('/');

/** Asks again until it is so; the time limit of the test ends it. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Headers of a right PUT. */
export const rangeHeaders = (start: number, end: number, total: number): Record<string, string | number> => ({
  'content-type': 'application/octet-stream',
  'content-length': end - start + 1,
  'content-range': `bytes ${start}-${end}/${total}`,
});

/** The stand-in in this process, on a clock of its own, with a client that follows the rules. */
export class StandIn {
  nowMs = Date.UTC(2026, 0, 1);

  private constructor(
    readonly dataDir: string,
    private outlook: Outlook | undefined,
  ) {}

  static async start(): Promise<StandIn> {
    const standIn = new StandIn(mkdtempSync(join(tmpdir(), 'outlook-')), undefined);
    await standIn.restart();
    return standIn;
  }

  async restart(): Promise<void> {
    await this.outlook?.close();
    this.outlook = await startOutlook({ dataDir: this.dataDir, clock: () => this.nowMs });
  }

  async stop(): Promise<void> {
    await this.outlook?.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get graphUrl(): string {
    return this.outlook?.graphUrl ?? '';
  }

  graph(
    method: string,
    path: string,
    body?: unknown,
    options: { version?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const json: Record<string, string | number> =
      text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const headers = { authorization: 'Bearer local', ...json, ...options.headers };
    const [way = '', query] = path.split('?');
    const url = `${this.graphUrl}/${options.version ?? 'v1.0'}/${encoded(way)}${query === undefined ? '' : `?${query}`}`;
    return http(method, url, headers, text);
  }

  async control(method: string, path: string, body?: unknown): Promise<WireJson> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
    const { json, status } = await http(method, `${this.graphUrl}/_/${path}`, headers, text);
    if (status >= 400) throw new Error(JSON.stringify(json));
    return json;
  }

  async list(path: string): Promise<WireJson[]> {
    return (await this.control('GET', path)).value;
  }

  async rules(): Promise<string[]> {
    return (await this.list('violations')).map(({ rule }) => rule);
  }

  async newDraft(mailbox = 'users/megan@contoso.com'): Promise<string> {
    return (await this.control('POST', 'items', { path: `${mailbox}/messages` })).path;
  }

  async openSession(item: string, size: number, more: object = {}): Promise<string> {
    const { status, json } = await this.graph('POST', `${item}/attachments/createUploadSession`, {
      AttachmentItem: { attachmentType: 'file', name: 'flower', size, ...more },
    });
    expect(status).toBe(201);
    return json.uploadUrl;
  }

  put(uploadUrl: string, bytes: Buffer, start: number, total: number): Promise<Answer> {
    return http('PUT', uploadUrl, rangeHeaders(start, start + bytes.length - 1, total), bytes);
  }

  /** Sends all of it in ranges and returns the last answer. */
  async upload(uploadUrl: string, bytes: Buffer, rangeBytes = 2 * MiB): Promise<Answer> {
    let last: Answer | undefined;
    for (let start = 0; start < bytes.length; start += rangeBytes)
      last = await this.put(uploadUrl, bytes.subarray(start, start + rangeBytes), start, bytes.length);
    if (last === undefined) throw new Error('nothing to send');
    return last;
  }

  /** Scripts faults; a test ends with `faultsConsumed`. */
  faults(...scripts: object[]): Promise<unknown> {
    return this.control('POST', 'faults', scripts);
  }

  async faultsConsumed(): Promise<void> {
    expect((await this.control('GET', 'faults')).pending).toEqual([]);
  }
}

/** A stand-in for a spec file: started once, reset before every test. */
export function standInForSuite(): { readonly it: StandIn } {
  const holder: { it?: StandIn } = {};
  beforeAll(async () => {
    holder.it = await StandIn.start();
  });
  beforeEach(() => holder.it?.control('POST', 'reset'));
  afterAll(() => holder.it?.stop());
  return holder as { it: StandIn };
}
