import { randomBytes } from 'node:crypto';
import { parseAttachmentLocation } from '../../src/core/wire/location';
import type { ByteRange } from '../../src/core/byteRange';
import type { Item } from '../../src/core/items/path';
import type { AttachmentFile, UploadSessionApi } from '../../src/core/wire/ports';
import { anyCase, parseUploadSession } from '../../src/core/wire/session';
import type { WireReply } from '../../src/core/wire/reply';

export type Reply = Extract<WireReply, { kind: 'reply' }>;

/** A reply of this status, if one is given. Throws with what came instead. */
export function answered(reply: { kind: string } | WireReply, status?: number): Reply {
  if (reply.kind !== 'reply') throw new Error(`No reply: ${JSON.stringify(reply)}`);
  const answer = reply as Reply;
  if (status !== undefined && answer.status !== status) throw new Error(`Not ${status}: ${wordsOf(answer)}`);
  return answer;
}

/** Status and code of an answer: a body may hold an upload URL. */
export function wordsOf(reply: { kind: string } | WireReply): string {
  if (reply.kind !== 'reply') return reply.kind;
  const { status, json } = reply as Reply;
  return [status, codeIn(json)].filter(Boolean).join(' ');
}

export function codeIn(json: unknown): string | undefined {
  const code = anyCase(anyCase(json, 'error'), 'code');
  return typeof code === 'string' ? code : undefined;
}

export function idIn({ json }: Reply): string {
  const id = anyCase(json, 'id');
  if (typeof id !== 'string') throw new Error('No id came.');
  return id;
}

/** A file that a session takes: above the 3 MB that it must have, in ranges as the documentation's example has them. */
export const sessionBytes = randomBytes(3_300_000);
export const firstRange: ByteRange = { start: 0, end: 2_097_151 };
export const lastRange: ByteRange = { start: 2_097_152, end: sessionBytes.length - 1 };
export const sessionFile = (changes: Partial<AttachmentFile> = {}): AttachmentFile => ({
  name: 'flower.jpg',
  contentType: 'image/jpeg',
  sizeBytes: sessionBytes.length,
  isInline: false,
  ...changes,
});

/** One upload session, spoken to through the app's adapter. */
export class OpenSession {
  private constructor(
    private readonly sessions: UploadSessionApi,
    readonly url: string,
    readonly expiresAt: number,
    private readonly bytes: Buffer,
  ) {}

  static async open(
    sessions: UploadSessionApi,
    item: Item,
    file = sessionFile(),
    bytes = sessionBytes,
  ): Promise<OpenSession> {
    const { json } = answered(await sessions.create(item, file));
    const session = parseUploadSession(json, file.sizeBytes, 0);
    if (session === undefined) throw new Error('The answer is no session.');
    return new OpenSession(sessions, session.uploadUrl, session.expiresAt, bytes);
  }

  put(range: ByteRange, totalBytes = this.bytes.length): Promise<WireReply> {
    const bytes = Buffer.concat([this.bytes, Buffer.alloc(1000)]).subarray(range.start, range.end + 1);
    return this.sessions.put(this.url, range, totalBytes, bytes, 60_000);
  }

  /** Sends both ranges. @returns the id that the last answer names */
  async finish(): Promise<string> {
    answered(await this.put(firstRange), 200);
    return OpenSession.idOf(await this.put(lastRange));
  }

  static idOf(reply: WireReply): string {
    const id = parseAttachmentLocation(answered(reply, 201).location);
    if (id === undefined) throw new Error('The Location names no attachment.');
    return id;
  }

  status = (): Promise<WireReply> => this.sessions.status(this.url);
  cancel = (): Promise<WireReply> => this.sessions.cancel(this.url);
}
