import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The client left before its body was whole. */
export class BodyCutShort extends Error {
  override readonly name = 'BodyCutShort';
}

/** Bytes of sessions and attachments: a file each, never whole in memory. */
export class Bytes {
  private keeping = false;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  pathOf(file: string): string {
    return join(this.folder, file);
  }

  /**
   * Streams a body to its place in the file. Written synchronously, chunk by chunk: into the page cache that is
   * cheaper than sixty trips through the thread pool a range.
   */
  async writeRange(file: string, start: number, length: number, body: AsyncIterable<Buffer>): Promise<void> {
    const handle = openSync(this.pathOf(file), constants.O_WRONLY | constants.O_CREAT);
    let written = 0;
    try {
      for await (const chunk of body) written += writeSync(handle, chunk, 0, chunk.length, start + written);
    } catch (cause) {
      throw new BodyCutShort('the body broke off', { cause });
    } finally {
      closeSync(handle);
    }
    if (written !== length) throw new BodyCutShort(`${written} of ${length} bytes`);
  }

  write(file: string, content: Buffer): void {
    writeFileSync(this.pathOf(file), content);
  }

  read(file: string): Buffer {
    return readFileSync(this.pathOf(file));
  }

  /** Turns one byte into another: what a fault script means by corrupt. */
  corrupt(file: string, at: number): void {
    const handle = openSync(this.pathOf(file), 'r+');
    const byte = Buffer.alloc(1);
    readSync(handle, byte, 0, 1, at);
    byte.writeUInt8(byte.readUInt8(0) ^ 0xff);
    writeSync(handle, byte, 0, 1, at);
    closeSync(handle);
  }

  async sha256(file: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.pathOf(file), { highWaterMark: 1 << 18 }))
      hash.update(chunk as Buffer);
    return hash.digest('hex');
  }

  /** While `work` runs, files that it removes stay. */
  keepingAll<T>(work: () => T): T {
    this.keeping = true;
    try {
      return work();
    } finally {
      this.keeping = false;
    }
  }

  remove(file: string): void {
    if (this.keeping) return;
    rmSync(this.pathOf(file), { force: true });
  }

  /** Removes every file but those named: what a kill left behind. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const file of readdirSync(this.folder)) if (!files.has(file)) this.remove(file);
  }
}
