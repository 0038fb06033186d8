import { AppClient, type UploadView } from '../parts/appClient';
import type { Laptop } from '../parts/laptop';
import { OutlookControl, type HeldAttachment } from '../parts/outlookControl';
import { putSampleBlob } from '../parts/sampleBytes';
import { megabytes, ProgressLine, say } from './output';

/** One part of the demo. It throws when something is not as promised. */
export interface Scene {
  title: string;
  play(stage: Stage): Promise<void>;
}

/** A blob of the demo and what must arrive. */
export interface Prop {
  blob: string;
  name: string;
  size: number;
  sha256: string;
}

/** A line of the summary. */
interface Result {
  file: string;
  how: string;
  seconds: number;
}

/** What the scenes play with: the running parts, and a program of their own for each thing they do often. */
export class Stage {
  readonly app: AppClient;
  readonly outlook: OutlookControl;
  readonly results: Result[] = [];
  readonly #items: string[] = [];
  readonly #startedAt = new Date().toISOString();
  /** keeps this demo's blobs apart from those of another on the same storage */
  readonly #folder = `demo-${Date.now().toString(36)}`;

  constructor(readonly laptop: Laptop) {
    this.app = new AppClient(laptop.apiUrl);
    this.outlook = new OutlookControl(laptop.graphUrl);
  }

  /** A draft of its own in that mailbox. @returns its Graph path */
  async newDraft(mailbox: string): Promise<string> {
    const item = await this.outlook.createItem(`users/${mailbox}/messages`);
    this.#items.push(item);
    say(`  a new draft in the mailbox of ${mailbox}`);
    return item;
  }

  /** Puts a file of that size into blob storage. */
  async putFile(name: string, size: number, container = 'uploads'): Promise<Prop> {
    const path = `${this.#folder}/${name}`;
    const sha256 = await putSampleBlob(this.laptop.storage, container, path, size);
    say(`  ${megabytes(size)} put into blob storage: ${container}/${path}`);
    return { blob: `${container}/${path}`, name, size, sha256 };
  }

  /** Follows an upload to its end, range by range. @throws Error unless it succeeds */
  async follow(id: string, bar = new ProgressLine()): Promise<UploadView> {
    const upload = await this.app.untilFinal(id, (now) => show(bar, now));
    bar.end();
    if (upload.status !== 'succeeded')
      throw new Error(
        `The upload ended as ${upload.status}: ${upload.error?.code ?? ''} ${upload.error?.detail ?? ''}`,
      );
    return upload;
  }

  /** Looks into the mailbox: one attachment, with the blob's bytes, told as verified. */
  async proveAttachedOnce(item: string, file: Prop, upload: UploadView, startedAt: number): Promise<void> {
    const held = await this.outlook.attachments(item);
    demand(held.length === 1, `The item has ${held.length} attachments instead of one.`);
    const [attachment] = held as [HeldAttachment];
    demand(attachment.name === file.name, `It is named ${attachment.name} instead of ${file.name}.`);
    demand(attachment.sha256 === file.sha256, `Its SHA-256 is ${attachment.sha256}, the blob's is ${file.sha256}.`);
    demand(upload.attachment?.verified === true, 'The upload does not say that it was verified.');
    say(`  in the mailbox: one attachment, with the SHA-256 of the blob: ${file.sha256.slice(0, 16)}…`);
    const how = upload.attachment.method === 'post' ? 'one POST' : 'upload session';
    this.results.push({ file: `${file.name}, ${megabytes(file.size)}`, how, seconds: (Date.now() - startedAt) / 1000 });
  }

  /** After the last scene: the service saw no broken rule, and no session of ours is open. */
  async proveNothingLeft(): Promise<void> {
    const broken = (await this.outlook.bugs()).filter(({ at }) => at >= this.#startedAt);
    demand(broken.length === 0, `The service's rules were broken: ${JSON.stringify(broken)}`);
    const mine = new Set(this.#items);
    const open = (await this.outlook.sessions()).filter(({ item, state }) => state === 'open' && mine.has(item));
    demand(open.length === 0, `${open.length} upload sessions are left open.`);
  }
}

/** @throws Error with the sentence when it does not hold */
export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** What is going on, in the words of the API where it says enough. */
function noteOf({ status, waitingFor, progress }: UploadView): string {
  if (waitingFor) return `waiting: ${waitingFor}`;
  const isSent = progress.bytesSent === progress.bytesTotal;
  return status === 'running' && isSent ? 'all is there; it is read back and compared' : status;
}

export function show(bar: ProgressLine, upload: UploadView): void {
  const { bytesSent, bytesTotal } = upload.progress;
  bar.update(bytesSent, bytesTotal, noteOf(upload));
}
