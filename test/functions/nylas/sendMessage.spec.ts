import '../../orchestrators/support/quietFunctions';
import { createSession } from '../../../src/functions/nylas/createSession';
import { getSchedule } from '../../../src/functions/nylas/getSchedule';
import { Answer, errorOf, megan, NylasWorld, nylasWorld } from './nylasWorld';
import { message, sender } from './sender';

const hour = 3_600_000;
let here: NylasWorld;
let { send, sending, uploaded } = sender(nylasWorld());
const open = (changes?: Parameters<typeof nylasWorld>[0]): void => {
  here = nylasWorld(changes);
  ({ send, sending, uploaded } = sender(here));
};
beforeEach(() => open());
const schedule = (id: string, grant = megan): Promise<Answer> =>
  here.call(getSchedule, 'mail', `messages/schedules/${id}`, { method: 'GET', params: { id }, grant });
const inputOf = async (index = 0) => here.deliveries.input(here.deliveries.all()[index]!.id);

describe('a message is sent', () => {
  it('as a delivery, and answered in the shape of Nylas', async () => {
    const id = await uploaded();
    const { status, body } = await sending({ ...message, attachments: [{ id, content_id: 'pic1' }], unknown: 1 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      grant_id: megan,
      data: {
        id: 'AAMkSent=',
        object: 'message',
        grant_id: megan,
        to: [{ email: 'a@b.c' }],
        subject: 's',
        schedule_id: '',
        attachments: [
          { filename: 'q.pdf', content_type: 'application/pdf', size: 5, is_inline: true, content_id: 'pic1' },
        ],
      },
    });
    const [delivery] = here.deliveries.all();
    expect(delivery!.request).toMatchObject({
      target: { kind: 'newDraft', mailbox: `users/${megan}` },
      send: true,
      onFailure: 'remove',
      source: 'nylas',
    });
    const etag = here.files.all.get(`.staged/${id}/content`)!.etag;
    const input = await inputOf();
    expect(input?.message).toMatchObject({ toRecipients: [{ emailAddress: { address: 'a@b.c' } }] });
    expect(input?.uploads).toMatchObject([
      {
        blob: { container: 'uploads', name: `.staged/${id}/content`, etag },
        name: 'q.pdf',
        isInline: true,
        source: 'nylas',
      },
    ]);
  });

  it('with small files, which become blobs before anything durable sees them', async () => {
    const content = Buffer.from('the bytes').toString('base64');
    const attachments = [{ content, filename: 'ü.txt', content_type: 'text/plain', content_id: 'pic1', size: 9 }];
    expect((await sending({ ...message, attachments })).status).toBe(200);
    const input = await inputOf();
    const { blob, name, contentType, isInline } = input!.uploads[0]!;
    expect({ name, contentType, isInline }).toEqual({ name: 'ü.txt', contentType: 'text/plain', isInline: true });
    expect(blob?.name).toMatch(/^\.staged\/[0-9a-f-]{36}\/0$/);
    expect(here.files.all.get(blob!.name)?.bytes?.toString()).toBe('the bytes');
    expect(JSON.stringify([input, here.deliveries.all()])).not.toContain(content);
  });

  it('without files too', async () => {
    expect((await sending()).status).toBe(200);
  });
});

describe('a message is refused', () => {
  it.each([
    ['nobody to send to', { ...message, to: [] }, 'to'],
    ['an address that is none', { ...message, to: [{ email: 'x' }] }, 'to[0].email'],
    ['a subject that is none', { ...message, subject: 5 }, 'subject'],
    ['two senders', { ...message, from: [{ email: 'a@b.c' }, { email: 'd@e.f' }] }, 'from'],
    ['a header that Microsoft does not take', { ...message, custom_headers: [{ name: 'List-Id', value: '1' }] }, 'x-'],
    ['a later time', { ...message, send_at: 1_893_456_000 }, 'send_at'],
    ['a draft for later', { ...message, use_draft: true }, 'use_draft'],
    ['a reply', { ...message, reply_to_message_id: 'AAMk' }, 'reply_to_message_id'],
    ['tracking', { ...message, tracking_options: { opens: true } }, 'tracking_options'],
    [
      'an empty file',
      { ...message, attachments: [{ content: '', filename: 'x', content_type: 'a/b' }] },
      'attachments[0].content',
    ],
    ['an attachment without id and content', { ...message, attachments: [{ filename: 'x' }] }, 'attachments[0].id'],
    [
      'no base64',
      { ...message, attachments: [{ content: '*', filename: 'x', content_type: 'a/b' }] },
      'attachments[0].content',
    ],
    [
      'content without a name',
      { ...message, attachments: [{ content: 'eA==', content_type: 'a/b' }] },
      'attachments[0].filename',
    ],
    ['an unknown id', { ...message, attachments: [{ id: 'nope' }] }, 'attachments[0]'],
    ['no object', ['x'], 'body'],
  ])('for %s, as invalid_request_error', async (_what, json, named) => {
    const answer = await send(json);
    expect(errorOf(answer)).toEqual([400, 'invalid_request_error']);
    expect(answer.body.error.message).toContain(named);
    expect(here.deliveries.all()).toEqual([]);
  });

  it('does not mind what stands for nothing', async () => {
    const nothing = {
      send_at: null,
      use_draft: false,
      tracking_options: { opens: false, label: 'x' },
      cc: null,
      from: [],
    };
    expect((await sending({ ...message, ...nothing })).status).toBe(200);
  });

  it('for an attachment that is not complete, of another grant, expired, or overwritten since', async () => {
    const json = { filename: 'q.pdf', content_type: 'a/b' };
    const open = (await here.call(createSession, 'sessions', 'x', { json })).body.data['attachment_id'];
    const theirs = await uploaded('x', 'adele@contoso.com');
    const overwritten = await uploaded();
    here.files.putBlob(`.staged/${overwritten}/content`, 'other');
    for (const id of [open, theirs, overwritten]) {
      expect(errorOf(await send({ ...message, attachments: [{ id }] }))).toEqual([400, 'invalid_request_error']);
    }
    const late = await uploaded();
    here.later(hour);
    expect(errorOf(await send({ ...message, attachments: [{ id: late }] }))).toEqual([400, 'invalid_request_error']);
    expect(here.deliveries.all()).toEqual([]);
  });

  it('where sending is switched off, as insufficient_scopes', async () => {
    open({ sendEnabled: false });
    expect(errorOf(await send())).toEqual([403, 'insufficient_scopes']);
  });

  it('where the files are more than a message takes', async () => {
    const attachments = Array.from({ length: 101 }, () => ({ content: 'eA==', filename: 'x', content_type: 'a/b' }));
    expect(errorOf(await send({ ...message, attachments }))).toEqual([400, 'invalid_request_error']);
  });
});

describe('what takes long', () => {
  it('is answered with 202 before the SDK gives up, and told by its schedule', async () => {
    const before = here.deps.clock();
    const { status, body } = await send();
    expect(status).toBe(202);
    expect(here.deps.clock() - before).toBeLessThanOrEqual(75_500);
    const id = String(body['schedule_id']);
    expect(body).toMatchObject({
      grant_id: megan,
      use_draft: false,
      send_at: expect.any(Number),
      data: { schedule_id: id, subject: 's', grant_id: megan },
    });
    const pending = { schedule_id: id, status: { code: 'pending', description: expect.any(String) } };
    expect((await schedule(id)).body).toMatchObject({ ...pending, data: pending });
    await here.ends();
    const success = { schedule_id: id, status: { code: 'success' }, close_time: Math.floor(here.deps.clock() / 1000) };
    expect((await schedule(id)).body).toMatchObject({ ...success, data: success });
  });

  it('tells a send that failed, and why', async () => {
    const id = String((await send()).body['schedule_id']);
    await here.ends({ status: 'failed', sent: false, error: { code: 'BlobChanged', detail: 'It was replaced.' } });
    expect((await schedule(id)).body).toMatchObject({ status: { code: 'failed', description: 'It was replaced.' } });
  });

  it('shows a schedule to its own grant only', async () => {
    const id = String((await send()).body['schedule_id']);
    expect(errorOf(await schedule(id, 'adele@contoso.com'))).toEqual([404, 'not_found_error']);
    expect(errorOf(await schedule('nope'))).toEqual([404, 'not_found_error']);
    expect((await schedule(id, `email:${megan}`)).status).toBe(200);
  });
});

it.each([
  ['OutcomeUnknown', null, 504, 'provider_error'],
  ['Throttled', false, 429, 'rate_limit_error'],
  ['AccessDenied', false, 403, 'insufficient_scopes'],
  ['BlobChanged', false, 400, 'invalid_request_error'],
  ['Internal', false, 500, 'internal_error'],
] as const)('answers a delivery that ends with %s as %i', async (code, sent, status, type) => {
  here.onSleep.push(() =>
    here.ends({ status: 'failed', sent, error: { code, detail: 'Why.', serviceRequestId: 'r' } }),
  );
  const answer = await send();
  expect(errorOf(answer)).toEqual([status, type]);
  expect(answer.body.error).toMatchObject({ message: 'Why.', provider_error: { code, request_id: 'r' } });
  expect(answer.headers['retry-after']).toBe(status === 429 ? '60' : undefined);
});
