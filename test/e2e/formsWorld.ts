import { createHash, randomBytes } from 'node:crypto';
import type { UploadView } from '../../local/parts/appClient';
import type { HeldAttachment } from '../../local/parts/outlookControl';
import { startApp, type TestApp } from '../support/app';

/** The border between small and large is drawn so low that every form can be tried in seconds. */
export const border = 20_000;
export const smallBytes = 3_000;
const rangeSize = 262_144;
export const largeBytes = 3 * rangeSize + 900; // four ranges

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An upload as its end tells it. */
export type Ended = UploadView & {
  contentType: string;
  isInline: boolean;
  warnings: { code: string; detail: string }[];
};
export interface Refusal {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}

/** An app and a service whose limits are those above, and what the specs of the forms do with them. */
export async function startForms(): Promise<FormsWorld> {
  const settings = {
    SMALL_ATTACHMENT_LIMIT: `${border}`,
    RANGE_SIZE: `${rangeSize}`,
    SETTLE_SECONDS: '1',
    MAILBOX_CONCURRENCY: '100',
  };
  const outlook = { sessionMinBytes: border, throttling: { concurrency: 1000 } };
  return new FormsWorld(await startApp({ settings, outlook }));
}

export class FormsWorld {
  #made = 0;

  constructor(readonly app: TestApp) {}

  /** An id, or a name, that nothing had before. */
  unique(prefix = 'AAMk'): string {
    this.#made += 1;
    return `${prefix}${this.#made}_-0=`;
  }

  /** A path of this form, each `*` an id of its own, and its item in the service. */
  async itemAt(template: string): Promise<string> {
    const path = template.replaceAll('*', () => this.unique());
    await this.app.outlook.createItem(path);
    return path;
  }

  async blob(sizeBytes: number, name = this.unique('file')): Promise<{ blob: string; name: string; sha256: string }> {
    const bytes = randomBytes(sizeBytes);
    return { blob: await this.app.putBlob('uploads', name, bytes), name, sha256: sha256(bytes) };
  }

  attach(request: Record<string, unknown>): Promise<Ended> {
    return this.app.attach(request) as Promise<Ended>;
  }

  /** What the service holds under this name, wherever: a reply makes a post of its own. */
  async held(name: string): Promise<HeldAttachment[]> {
    return (await this.app.outlook.attachments()).filter((one) => one.name === name);
  }

  async refusal(request: Record<string, unknown>): Promise<[number, Refusal]> {
    const { status, body } = await this.app.call<Refusal>('POST', '/api/uploads', request);
    return [status, body];
  }
}

/** Does it for all, so many at once. */
export async function forAll<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const worker = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
