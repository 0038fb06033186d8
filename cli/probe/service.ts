import { randomBytes } from 'node:crypto';
import { Answer, Request, send } from './wire';

const subject = 'blob-to-outlook probe: this is removed again';
/** Just above 3 MiB, which every border that is documented lets pass; the last range is small. */
export const sessionBytes = 3_276_800;
export const firstRange = { start: 0, end: 3_145_727 };

export interface Session {
  readonly url: string;
  readonly expires: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** The mailbox that is measured, and what the probe made in it. */
export class Service {
  readonly #items: string[] = [];
  readonly #open = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly mailbox: string, // as a path of Graph
    private readonly bearer: string,
  ) {}

  graph(method: string, path: string, request: Request = {}): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.bearer}`, prefer: 'IdType="ImmutableId"', ...request.headers };
    return send(method, `${this.root}/v1.0/${path}`, { ...request, headers });
  }

  draft = (): Promise<string> => this.#make('messages', { subject });

  event(): Promise<string> {
    const at = (hour: string) => ({ dateTime: `2037-01-05T${hour}:00:00`, timeZone: 'UTC' });
    return this.#make('events', { subject, start: at('10'), end: at('11'), isReminderOn: false });
  }

  async #make(collection: string, json: object): Promise<string> {
    const made = await this.graph('POST', `${this.mailbox}/${collection}`, { json });
    const id = made.json['id'];
    if (made.status !== 201 || typeof id !== 'string')
      throw new Error(`Making an item answered ${made.status} ${made.code}. Run npm run doctor first.`);
    const item = `${this.mailbox}/${collection}/${encodeURIComponent(id)}`;
    this.#items.push(item);
    return item;
  }

  async list(item: string): Promise<{ id: string; name: string; size: number }[]> {
    const { json } = await this.graph('GET', `${item}/attachments?$select=id,name,size`);
    return Array.isArray(json['value']) ? (json['value'] as { id: string; name: string; size: number }[]) : [];
  }

  /** Opens a session without sending anything. */
  async tryOpen(item: string, size: number): Promise<Answer> {
    const json = { AttachmentItem: { attachmentType: 'file', name: 'probe.bin', size } };
    const answer = await this.graph('POST', `${item}/attachments/createUploadSession`, { json });
    const url = answer.json['uploadUrl'];
    if (typeof url === 'string') this.#open.add(url);
    return answer;
  }

  async open(item: string, size = sessionBytes): Promise<Session> {
    const { status, code, json } = await this.tryOpen(item, size);
    const { uploadUrl, expirationDateTime } = json;
    if (typeof uploadUrl !== 'string') throw new Error(`A session of ${size} bytes was answered ${status} ${code}.`);
    return { url: uploadUrl, expires: String(expirationDateTime), bytes: randomBytes(size) };
  }

  put({ url, bytes }: Session, { start, end }: { start: number; end: number }, total = bytes.length): Promise<Answer> {
    const body = end < bytes.length ? bytes.subarray(start, end + 1) : randomBytes(end - start + 1);
    const range = `bytes ${start}-${end}/${total}`;
    return send('PUT', url, { body, headers: { 'content-type': 'application/octet-stream', 'content-range': range } });
  }

  /** Sends all of it, in ranges below 4 MB. The answer to the last one. */
  async putAll(session: Session): Promise<Answer> {
    const step = 3_932_160;
    let answer: Answer | undefined;
    for (let start = 0; start < session.bytes.length; start += step) {
      answer = await this.put(session, { start, end: Math.min(start + step, session.bytes.length) - 1 });
      if (answer.status >= 300 || answer.status === 0) break;
    }
    if (!answer) throw new Error('There is nothing to send.');
    return answer;
  }

  async cancel(url: string): Promise<Answer> {
    const answer = await send('DELETE', url);
    this.#open.delete(url);
    return answer;
  }

  status = (session: Session): Promise<Answer> => send('GET', session.url);

  /** Removes all that was made. @returns how many things stayed */
  async cleanUp(): Promise<number> {
    for (const url of [...this.#open]) await this.cancel(url);
    let left = 0;
    for (const item of this.#items.splice(0)) {
      const { status } = await this.graph('DELETE', item);
      if (status !== 204 && status !== 404) left += 1;
    }
    return left;
  }
}
