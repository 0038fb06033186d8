import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Nylas, NylasApiError, nylasSdk } from '../support/nylasSdk';
import { startApp, TestApp } from '../support/app';

/** The official SDK, unchanged, against the built app: what its users would do. */

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const apiKey = 'nylas-key';
type SendBody = Parameters<Nylas['messages']['send']>[0]['requestBody'];
interface SentItem {
  path: string;
  immutableId: string; // the path changes when it leaves Drafts
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
  const held = await app.attachmentsOf(items[0]!.immutableId);
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
  const held = await app.attachmentsOf(item!.immutableId);
  expect(Object.fromEntries(held.map((each) => [each.name, each.isInline]))).toEqual({
    'file.bin': false,
    'logo.png': true,
    'a.txt': false,
    'b.png': false,
  });
  await app.expectNoViolations();
});

/** What the SDK throws. */
async function refusal(work: Promise<unknown>): Promise<NylasApiError> {
  const cause = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(cause).toMatchObject({ statusCode: expect.any(Number), type: expect.any(String) });
  return cause as NylasApiError;
}

describe('what goes wrong is an error that the SDK can read', () => {
  const grant = 'errors@contoso.com';
  const requestBody = { filename: 'q.pdf', contentType: 'application/pdf', size: 5 };

  it('for a wrong key, another grant, and a key of another mailbox', async () => {
    for (const [key, identifier] of [
      ['wrong', grant],
      [apiKey, 'not a mailbox/'],
      ['sales-key', grant],
    ] as const) {
      const sdk = nylasSdk({ apiKey: key, apiUri: app.apiUrl });
      const error = await refusal(sdk.attachments.createUploadSession({ identifier, requestBody }));
      expect(error).toMatchObject({ statusCode: 401, type: 'unauthorized', requestId: expect.stringMatching(/^\S+$/) });
    }
  });

  it('for a session without its bytes, with too few of them, completed twice, unknown, of another grant', async () => {
    const { data } = await nylas.attachments.createUploadSession({ identifier: grant, requestBody });
    const { attachmentId } = data;
    const complete = (identifier = grant, id = attachmentId) =>
      nylas.attachments.completeUploadSession({ identifier, attachmentId: id });
    const put = (text: string) => fetch(data.url, { method: 'PUT', body: text });
    expect(await refusal(complete())).toMatchObject({ statusCode: 422, type: 'invalid_request' });
    await put('1234');
    expect(await refusal(complete())).toMatchObject({ statusCode: 422, type: 'invalid_request' });
    expect(await refusal(complete('other@contoso.com'))).toMatchObject({ statusCode: 404, type: 'not_found' });
    expect(await refusal(complete(grant, 'unknown'))).toMatchObject({ statusCode: 404, type: 'not_found' });
    await put('12345');
    const both = await Promise.allSettled([complete(), complete()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusal(complete())).toMatchObject({ statusCode: 409, type: 'invalid_request' });
  });

  it('for a large file that the SDK sends as multipart, with what to do instead', async () => {
    const content = randomBytes(3_200_000);
    const attachments = [{ filename: 'a.bin', contentType: 'a/b', content, size: content.length }];
    const error = await refusal(nylas.messages.send({ identifier: grant, requestBody: message(attachments) }));
    expect(error).toMatchObject({ statusCode: 400, type: 'invalid_request_error' });
    expect(error.message).toContain('attachment-uploads');
  });

  it('for paths and methods that are none', async () => {
    expect(await refusal(nylas.drafts.list({ identifier: grant }))).toMatchObject({ statusCode: 405 });
    expect(await refusal(nylas.messages.find({ identifier: grant, messageId: 'x' }))).toMatchObject({
      statusCode: 404,
      type: 'not_found_error',
    });
  });

  it('for a schedule and a draft that are unknown', async () => {
    expect(await refusal(nylas.messages.findScheduledMessage({ identifier: grant, scheduleId: 'x' }))).toMatchObject({
      statusCode: 404,
      type: 'not_found_error',
    });
    expect(
      await refusal(nylas.messages.send({ identifier: grant, requestBody: message([{ id: 'x' }]) })),
    ).toMatchObject({
      statusCode: 400,
      type: 'invalid_request_error',
    });
  });
});

it('sends what was completed, though the URL is used again afterwards', async () => {
  const grant = 'reuse@contoso.com';
  const bytes = randomBytes(100_000);
  const { data } = await nylas.attachments.createUploadSession({
    identifier: grant,
    requestBody: { filename: 'q.bin', contentType: 'a/b' },
  });
  await fetch(data.url, { method: 'PUT', body: new Uint8Array(bytes) });
  await nylas.attachments.completeUploadSession({ identifier: grant, attachmentId: data.attachmentId });
  expect((await fetch(data.url, { method: 'PUT', body: 'other bytes' })).status).toBe(201);
  await nylas.messages.send({ identifier: grant, requestBody: message([{ id: data.attachmentId }]) });
  await expectSentOnce(grant, [bytes]);
});

it('refuses what was overwritten after it was completed', async () => {
  const grant = 'overwritten@contoso.com';
  const { data } = await nylas.attachments.createUploadSession({
    identifier: grant,
    requestBody: { filename: 'q.bin', contentType: 'a/b' },
  });
  await fetch(data.url, { method: 'PUT', body: 'mine' });
  await nylas.attachments.completeUploadSession({ identifier: grant, attachmentId: data.attachmentId });
  const whole = new URL(data.url);
  for (const name of ['comp', 'blockid']) whole.searchParams.delete(name);
  const put = await fetch(whole, { method: 'PUT', body: 'theirs', headers: { 'x-ms-blob-type': 'BlockBlob' } });
  expect(put.status).toBe(201);
  const error = await refusal(
    nylas.messages.send({ identifier: grant, requestBody: message([{ id: data.attachmentId }]) }),
  );
  expect(error).toMatchObject({ statusCode: 400, type: 'invalid_request_error' });
  expect(await itemsOf(grant)).toEqual([]);
});

it('sends once where the reply to the send is lost, and answers a repeated call with the same message', async () => {
  const grant = 'lost@contoso.com';
  const requestBody = message([{ filename: 'a.txt', contentType: 'text/plain', content: 'aGk=' }]);
  const send = () =>
    nylas.messages.send({ identifier: grant, requestBody, overrides: { headers: { 'Idempotency-Key': 'one' } } });
  await app.faults({ on: { op: 'send' }, times: 1, do: { resetAfter: true } });
  const first = await send();
  const again = await send();
  expect(again.data.id).toBe(first.data.id);
  expect(again.rawHeaders?.['idempotentResponse'] ?? again.rawHeaders?.['idempotent-response']).toBe('true');
  await app.expectFaultsConsumed();
  await expectSentOnce(grant, [Buffer.from('hi')]);
}, 90_000);

it('sends a draft after its slow attachments, though it was asked to before', async () => {
  const grant = 'slow@contoso.com';
  const bytes = randomBytes(8_000_000);
  const id = await uploaded(grant, bytes);
  await app.outlook.configure({ latencyMs: { put: 1000 } });
  const draft = await nylas.drafts.create({ identifier: grant, requestBody: message([{ id }]) });
  expect(await app.attachmentsOf((await itemsOf(grant))[0]!.immutableId)).toEqual([]);
  const sent = await nylas.drafts.send({ identifier: grant, draftId: draft.data.id });
  await app.outlook.configure({ latencyMs: { put: 0 } });
  expect(sent.data).toMatchObject({ object: 'message' });
  await expectSentOnce(grant, [bytes]);
}, 90_000);

it('has logged no key, no SAS and no upload URL', () => {
  const log = readFileSync(join(app.laptop.dataDir, 'functionsHost.log'), 'utf8');
  expect(log).not.toMatch(/sig=|authtoken=|sales-key/i);
});
