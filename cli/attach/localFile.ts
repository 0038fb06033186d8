import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Failure, UsageError } from '../exitCodes';

const readBytes = 1024 * 1024;

/** Bytes of a file with their place in it. */
export interface Block {
  readonly index: number;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** A file of this machine that is read twice: for its hash, and to be sent. It must stay the same meanwhile. */
export class LocalFile {
  private constructor(
    /** as the person wrote it */
    readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly changedAt: bigint,
  ) {}

  /** @throws UsageError where it is no file that can be read */
  static async open(path: string, shown = path): Promise<LocalFile> {
    try {
      const handle = await open(path, 'r');
      const { size, mtimeNs, isFile } = await statOf(handle);
      if (isFile) return new LocalFile(shown, handle, size, mtimeNs);
      await handle.close();
    } catch (error) {
      throw new UsageError(`${shown} cannot be read: ${readFault(error)}.`);
    }
    throw new UsageError(`${shown} is no regular file. Use - to read from a pipe.`);
  }

  /** Lower-case hex. */
  async sha256(signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    for await (const { bytes } of this.blocks(readBytes)) {
      signal.throwIfAborted();
      hash.update(bytes);
    }
    return hash.digest('hex');
  }

  /** The whole file in blocks of that size, in order. @throws Failure where it has changed since it was opened */
  async *blocks(blockBytes: number): AsyncGenerator<Block> {
    let index = 0;
    for (let start = 0; start < this.size; start += blockBytes) {
      yield { index: index++, bytes: await this.#read(start, Math.min(blockBytes, this.size - start)) };
    }
    const { size, mtimeNs } = await statOf(this.handle);
    if (size !== this.size || mtimeNs !== this.changedAt) throw this.changed();
  }

  changed(): Failure {
    return new Failure(
      `${this.path} changed while it was being read; nothing was attached. Run the command again when nobody writes to it.`,
    );
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async #read(start: number, length: number): Promise<Buffer<ArrayBuffer>> {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      const { bytesRead } = await this.handle.read(bytes, at, length - at, start + at);
      if (bytesRead === 0) throw this.changed();
      at += bytesRead;
    }
    return bytes;
  }
}

async function statOf(handle: FileHandle): Promise<{ size: number; mtimeNs: bigint; isFile: boolean }> {
  const stat = await handle.stat({ bigint: true });
  return { size: Number(stat.size), mtimeNs: stat.mtimeNs, isFile: stat.isFile() };
}

function readFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'no reason given';
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'you may not read it',
    EISDIR: 'it is a folder',
  };
  return words[code] ?? code;
}
