import { createHash, randomBytes } from 'node:crypto';
import { Nylas, nylasSdk } from '../support/nylasSdk';
import { startApp, TestApp } from '../support/app';

/** The official SDK, unchanged, against the built app: what its users would do. */

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const apiKey = 'nylas-key';
type SendBody = Parameters<Nylas['messages']['send']>[0]['requestBody'];
interface SentItem {
  path: string;
  isDraft: boolean;
  sends: number;
  [property: string]: unknown;
}

let app: TestApp;
let nylas: Nylas;
beforeAll(async () => {
  app = await startApp({ settings: { NYLAS_API_KEYS: `${apiKey},sales-key=sales@contoso.com` } });
  nylas = nylasSdk({ apiKey, apiUri: app.apiUrl });
});

/** Creates a session, puts the bytes as the SDK's own example does, completes it. */
async function uploaded(grant: string, bytes: Buffer, filename = 'file.bin'): Promise<string> {
  const { data } = await nylas.attachments.createUploadSession({
    identifier: grant,
    requestBody: { filename, contentType: 'application/octet-stream', size: bytes.length },
  });
  const put = await fetch(data.url, {
    method: data.method || 'PUT',
    headers: { ...data.headers, 'Content-Length': String(bytes.length) },
    body: new Uint8Array(bytes),
  });
  expect(put.ok).toBe(true);
  const complete = await nylas.attachments.completeUploadSession({
    identifier: grant,
    attachmentId: data.attachmentId,
  });
  expect(complete.data).toMatchObject({ attachmentId: data.attachmentId, status: 'ready' });
  return data.attachmentId;
}

/** The SDK's types know no `{id}`: its own example casts too. */
const message = (attachments: Record<string, unknown>[], rest: Record<string, unknown> = {}): SendBody =>
  ({
    to: [{ email: 'adele@contoso.com' }],
    subject: 'Files',
    body: '<p>Here</p>',
    attachments,
    ...rest,
  }) as unknown as SendBody;

async function itemsOf(grant: string): Promise<SentItem[]> {
  const { value } = (await app.outlook.call('GET', 'items')) as { value: SentItem[] };
  return value.filter(({ path }) => path.startsWith(`users/${grant}/`));
}

/** Exactly one message was sent from the mailbox, once, with exactly these files. */
async function expectSentOnce(grant: string, files: Buffer[]): Promise<void> {
  const items = await itemsOf(grant);
  expect(items.map(({ sends }) => sends)).toEqual([1]);
  const held = await app.attachmentsOf(items[0]!.path);
  expect(held.map(({ sha256: hash }) => hash).sort()).toEqual(files.map(sha256).sort());
}

describe.each([
  ['50 KiB', 50 * 1024],
  ['3 MiB', 3 * 1024 * 1024],
  ['150 MiB', 150 * 1024 * 1024],
])('a file of %s', (_what, size) => {
  const grant = `size${size}@contoso.com`;
  let bytes: Buffer;
  beforeAll(() => {
    bytes = randomBytes(size);
  });

  it('is uploaded by the SDK and sent', async () => {
    const id = await uploaded(grant, bytes, 'Bericht ü.bin');
    const sent = await nylas.messages.send({ identifier: grant, requestBody: message([{ id }]) });
    expect(sent.requestId).toMatch(/^\S+$/);
    expect(sent.data).toMatchObject({ object: 'message', grantId: grant, subject: 'Files', scheduleId: '' });
    expect(sent.data.attachments).toMatchObject([{ filename: 'Bericht ü.bin', size, isInline: false }]);
    await expectSentOnce(grant, [bytes]);
  }, 90_000);

  it('is put on a draft, which is sent when it is there', async () => {
    const owner = `draft-${grant}`;
    const id = await uploaded(owner, bytes);
    const draft = await nylas.drafts.create({ identifier: owner, requestBody: message([{ id }]) });
    expect(draft.data).toMatchObject({ object: 'draft', grantId: owner });
    expect(draft.rawHeaders?.['link']).toMatch(/^<\/api\/deliveries\/[0-9a-f-]+>; rel="monitor"$/);
    const sent = await nylas.drafts.send({ identifier: owner, draftId: draft.data.id });
    expect(sent.data).toMatchObject({ object: 'message', subject: 'Files' });
    await expectSentOnce(owner, [bytes]);
  }, 90_000);
});

it('sends small classic attachments, inline pictures and uploaded files in one message', async () => {
  const grant = 'mixed@contoso.com';
  const [large, picture, text, small] = [
    randomBytes(60_000),
    randomBytes(4_000_000),
    Buffer.from('hi'),
    randomBytes(9),
  ];
  const ids = [await uploaded(grant, large), await uploaded(grant, picture, 'logo.png')];
  await nylas.messages.send({
    identifier: grant,
    requestBody: message(
      [
        { id: ids[0] },
        { id: ids[1], contentId: 'logo' },
        { filename: 'a.txt', contentType: 'text/plain', content: text.toString('base64') },
        { filename: 'b.png', contentType: 'image/png', content: small, contentId: 'not-shown' },
      ],
      { body: '<img src="cid:logo">', cc: [{ email: 'x@y.z', name: 'X' }], starred: true },
    ),
  });
  await expectSentOnce(grant, [large, picture, text, small]);
  const [item] = await itemsOf(grant);
  const held = await app.attachmentsOf(item!.path);
  expect(Object.fromEntries(held.map((each) => [each.name, each.isInline]))).toEqual({
    'file.bin': false,
    'logo.png': true,
    'a.txt': false,
    'b.png': false,
  });
  await app.expectNoViolations();
});
