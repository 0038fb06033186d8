import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../exitCodes';
import { sizeText } from '../terminal/words';
import { LocalFile } from './localFile';

/** Outlook takes no larger attachment: https://learn.microsoft.com/graph/outlook-large-attachments */
const mostBytes = 150 * 1024 * 1024;

/** Keeps what comes from a pipe in a temporary file: its size and hash must be known before it is sent. */
export async function readStandardInput(stdin: Readable, signal: AbortSignal): Promise<LocalFile> {
  const folder = await mkdtemp(join(tmpdir(), 'blob-to-outlook-'));
  const path = join(folder, 'stdin');
  try {
    await pipeline(stdin, atMost(mostBytes), createWriteStream(path, { mode: 0o600 }), { signal });
    return await LocalFile.open(path, 'standard input');
  } finally {
    // the open file stays readable without a name; Windows removes it with the temporary folder
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @throws Failure at the first byte too many, so that an endless pipe does not fill the disk */
const atMost = (limit: number) =>
  async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const piece of source) {
      bytes += piece.length;
      if (bytes > limit) throw new Failure(`Standard input has more than ${sizeText(limit)}: Outlook takes no more.`);
      yield piece;
    }
  };
