import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, TestApp } from '../support/app';
import { expectSentOnce, itemsOf, message, refusal } from '../support/nylasFlow';
import { Nylas, nylasSdk } from '../support/nylasSdk';

/** What the official SDK meets when something goes wrong. */

const apiKey = 'nylas-key';
let app: TestApp;
let nylas: Nylas;
beforeAll(async () => {
  app = await startApp({ settings: { NYLAS_API_KEYS: `${apiKey},sales-key=sales@contoso.com` } });
  nylas = nylasSdk({ apiKey, apiUri: app.apiUrl });
});

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
  await expectSentOnce(app, grant, [bytes]);
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
  expect(await itemsOf(app, grant)).toEqual([]);
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
  await expectSentOnce(app, grant, [Buffer.from('hi')]);
});

it('has logged no key, no SAS and no upload URL', () => {
  const log = readFileSync(join(app.laptop.dataDir, 'functionsHost.log'), 'utf8');
  expect(log).not.toMatch(/sig=|authtoken=|sales-key/i);
});
