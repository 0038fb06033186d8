import { createHash } from 'node:crypto';
import type { TestApp } from './app';
import type { Nylas, NylasApiError } from './nylasSdk';

export type SendBody = Parameters<Nylas['messages']['send']>[0]['requestBody'];
export interface SentItem {
  path: string;
  immutableId: string; // the path changes when it leaves Drafts
  isDraft: boolean;
  sends: number;
  [property: string]: unknown;
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Creates a session, puts the bytes as the SDK's own example does, completes it. */
export async function uploaded(nylas: Nylas, grant: string, bytes: Buffer, filename = 'file.bin'): Promise<string> {
  const { data } = await nylas.attachments.createUploadSession({
    identifier: grant,
    requestBody: { filename, contentType: 'application/octet-stream', size: bytes.length },
  });
  const put = () =>
    fetch(data.url, {
      method: data.method || 'PUT',
      headers: { ...data.headers, 'Content-Length': String(bytes.length) },
      body: new Uint8Array(bytes),
    });
  const { ok } = await put().catch(put); // a connection that was kept may just have been closed
  expect(ok).toBe(true);
  const complete = await nylas.attachments.completeUploadSession({
    identifier: grant,
    attachmentId: data.attachmentId,
  });
  expect(complete.data).toMatchObject({ attachmentId: data.attachmentId, status: 'ready' });
  return data.attachmentId;
}

/** The SDK's types know no `{id}`: its own example casts too. */
export const message = (attachments: Record<string, unknown>[], rest: Record<string, unknown> = {}): SendBody =>
  ({
    to: [{ email: 'adele@contoso.com' }],
    subject: 'Files',
    body: '<p>Here</p>',
    attachments,
    ...rest,
  }) as unknown as SendBody;

export async function itemsOf(app: TestApp, grant: string): Promise<SentItem[]> {
  const { value } = (await app.outlook.call('GET', 'items')) as { value: SentItem[] };
  return value.filter(({ path }) => path.startsWith(`users/${grant}/`));
}

/** Exactly one message was sent from the mailbox, once, with exactly these files. */
export async function expectSentOnce(app: TestApp, grant: string, files: Buffer[]): Promise<void> {
  const items = await itemsOf(app, grant);
  expect(items.map(({ sends }) => sends)).toEqual([1]);
  const held = await app.attachmentsOf(items[0]!.immutableId);
  expect(held.map(({ sha256: hash }) => hash).sort()).toEqual(files.map(sha256).sort());
}

/** What the SDK throws. */
export async function refusal(work: Promise<unknown>): Promise<NylasApiError> {
  const cause = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(cause).toMatchObject({ statusCode: expect.any(Number), type: expect.any(String) });
  return cause as NylasApiError;
}
