import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { networkReason } from '../api/networkReason';
import { Failure } from '../exitCodes';
import type { Block, LocalFile } from './localFile';

/** Where and how a file's bytes go. */
export interface PutOptions {
  /** the URL that POST /api/files gave; a secret */
  readonly uploadUrl: string;
  readonly blockSize: number;
  readonly contentType: string;
  /** the hash that was told to the app before: other bytes are not sent under it */
  readonly sha256: string;
  readonly onSent: (bytes: number) => void;
  readonly signal: AbortSignal;
}

const parallel = 4;
const attempts = 6;
const blockMs = 5 * 60_000;

/** Puts a file into storage: its blocks in parallel, each repeated by itself, then the list that makes them a blob. */
export async function putBlocks(file: LocalFile, options: PutOptions): Promise<void> {
  const hash = createHash('sha256');
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const blocks = hashed(file.blocks(options.blockSize), hash.update.bind(hash));
  const ids: string[] = [];
  let sent = 0;
  const sendBlocks = async (): Promise<void> => {
    for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
      const { index, bytes } = next.value;
      ids[index] = blockId(index);
      await put(`comp=block&blockid=${encodeURIComponent(blockId(index))}`, bytes, {}, { ...options, signal });
      options.onSent((sent += bytes.length));
    }
  };
  const workers = Array.from({ length: parallel }, () =>
    sendBlocks().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  options.signal.throwIfAborted();
  // those that were stopped because of it say nothing new
  const fault = results.find((each) => each.status === 'rejected' && !isAbort(each.reason));
  if (fault?.status === 'rejected') throw fault.reason;
  if (hash.digest('hex') !== options.sha256) throw file.changed();
  const headers = { 'content-type': 'application/xml', 'x-ms-blob-content-type': options.contentType };
  await put('comp=blocklist', Buffer.from(blockList(ids)), headers, options);
}

/** All ids of a blob have one length. */
const blockId = (index: number): string => Buffer.from(`block-${String(index).padStart(6, '0')}`).toString('base64');

const blockList = (ids: readonly string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;

async function* hashed(blocks: AsyncGenerator<Block>, update: (bytes: Buffer) => void): AsyncGenerator<Block> {
  for await (const block of blocks) {
    update(block.bytes);
    yield block;
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** One PUT, repeated while storage gives no answer or asks to come later. Safe: a block or a list replaces itself. */
async function put(
  query: string,
  bytes: Buffer<ArrayBuffer>,
  headers: Record<string, string>,
  { uploadUrl, signal }: Pick<PutOptions, 'uploadUrl' | 'signal'>,
): Promise<void> {
  const url = `${uploadUrl}${uploadUrl.includes('?') ? '&' : '?'}${query}`;
  const md5 = createHash('md5').update(bytes).digest('base64'); // storage compares it with what has arrived
  for (let attempt = 1; ; attempt++) {
    const fault = await putOnce(url, bytes, { ...headers, 'content-md5': md5 }, signal);
    if (fault === undefined) return;
    if (!fault.mayPass || attempt === attempts)
      throw new Failure(`Storage did not take the file: ${fault.reason} (attempt ${attempt}). Run the command again.`);
    await delay(Math.min(8_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

interface PutFault {
  readonly reason: string;
  readonly mayPass: boolean;
}

async function putOnce(
  url: string,
  body: Buffer<ArrayBuffer>,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<PutFault | undefined> {
  try {
    const reply = await fetch(url, {
      method: 'PUT',
      body,
      headers: { 'x-ms-version': '2024-11-04', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(blockMs)]),
    });
    await reply.arrayBuffer();
    if (reply.status === 201) return undefined;
    const code = reply.headers.get('x-ms-error-code') ?? 'no code';
    const mayPass = reply.status >= 500 || reply.status === 408 || reply.status === 429 || code === 'Md5Mismatch';
    return { reason: `it answered ${reply.status} ${code}`, mayPass };
  } catch (cause) {
    signal.throwIfAborted();
    return { reason: `no answer (${networkReason(cause)})`, mayPass: true };
  }
}
