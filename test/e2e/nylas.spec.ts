import { randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { expectSentOnce, itemsOf, message, uploaded } from '../support/nylasFlow';
import { Nylas, nylasSdk } from '../support/nylasSdk';

/** The official SDK, unchanged, against the built app: what its users would do. */

const apiKey = 'nylas-key';
let app: TestApp;
let nylas: Nylas;
beforeAll(async () => {
  app = await startApp({ settings: { NYLAS_API_KEYS: apiKey } });
  nylas = nylasSdk({ apiKey, apiUri: app.apiUrl });
});

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
    const id = await uploaded(nylas, grant, bytes, 'Bericht ü.bin');
    const sent = await nylas.messages.send({ identifier: grant, requestBody: message([{ id }]) });
    expect(sent.requestId).toMatch(/^\S+$/);
    expect(sent.data).toMatchObject({ object: 'message', grantId: grant, subject: 'Files', scheduleId: '' });
    expect(sent.data.attachments).toMatchObject([{ filename: 'Bericht ü.bin', size, isInline: false }]);
    await expectSentOnce(app, grant, [bytes]);
  });

  it('is put on a draft, which is sent when it is there', async () => {
    const owner = `draft-${grant}`;
    const id = await uploaded(nylas, owner, bytes);
    const draft = await nylas.drafts.create({ identifier: owner, requestBody: message([{ id }]) });
    expect(draft.data).toMatchObject({ object: 'draft', grantId: owner });
    expect(draft.rawHeaders?.['link']).toMatch(/^<\/api\/deliveries\/[0-9a-f-]+>; rel="monitor"$/);
    const sent = await nylas.drafts.send({ identifier: owner, draftId: draft.data.id });
    expect(sent.data).toMatchObject({ object: 'message', subject: 'Files' });
    await expectSentOnce(app, owner, [bytes]);
  });
});

it('sends small classic attachments, inline pictures and uploaded files in one message', async () => {
  const grant = 'mixed@contoso.com';
  const [large, picture, text, small] = [
    randomBytes(60_000),
    randomBytes(4_000_000),
    Buffer.from('hi'),
    randomBytes(9),
  ];
  const ids = [await uploaded(nylas, grant, large), await uploaded(nylas, grant, picture, 'logo.png')];
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
  await expectSentOnce(app, grant, [large, picture, text, small]);
  const [item] = await itemsOf(app, grant);
  const held = await app.attachmentsOf(item!.immutableId);
  expect(Object.fromEntries(held.map((each) => [each.name, each.isInline]))).toEqual({
    'file.bin': false,
    'logo.png': true,
    'a.txt': false,
    'b.png': false,
  });
  await app.expectNoViolations();
});

it('sends a draft after its slow attachments, though it was asked to before', async () => {
  const grant = 'slow@contoso.com';
  const bytes = randomBytes(8_000_000);
  const id = await uploaded(nylas, grant, bytes);
  await app.outlook.configure({ latencyMs: { put: 4000 } }); // each of three, until the draft was looked at
  const draft = await nylas.drafts.create({ identifier: grant, requestBody: message([{ id }]) });
  expect(await app.attachmentsOf((await itemsOf(app, grant))[0]!.immutableId)).toEqual([]);
  const sending = nylas.drafts.send({ identifier: grant, draftId: draft.data.id });
  await app.outlook.configure({ latencyMs: { put: 0 } });
  expect((await sending).data).toMatchObject({ object: 'message' });
  await expectSentOnce(app, grant, [bytes]);
});
