import '../../orchestrators/support/quietFunctions';
import { createDraft } from '../../../src/functions/nylas/createNylasDraft';
import { getSchedule } from '../../../src/functions/nylas/getSchedule';
import { sendDraft } from '../../../src/functions/nylas/sendDraft';
import { watchDraftSends } from '../../../src/functions/timers/watchDraftSends';
import { Answer, errorOf, megan, NylasWorld, nylasWorld } from './nylasWorld';

let here: NylasWorld;
beforeEach(() => {
  here = nylasWorld();
});
const message = { to: [{ email: 'a@b.c' }], subject: 's', body: 'b' };
const create = (json: unknown = message): Promise<Answer> => here.call(createDraft, 'mail', 'drafts', { json });
const send = (id = 'AAMkDraft=', grant = megan): Promise<Answer> =>
  here.call(sendDraft, 'mail', `drafts/${id}`, { json: {}, params: { id }, grant });
const schedule = (id: string): Promise<Answer> =>
  here.call(getSchedule, 'mail', 'x', { method: 'GET', params: { id } });
const drafted = async (): Promise<Answer> => {
  here.onSleep.push(() => here.drafted());
  return create();
};
const watch = (failed: (cause: unknown) => void = () => undefined) => watchDraftSends(here.deps, failed);
const requests = () => here.deliveries.all().map(({ request: { target, send: sends } }) => ({ ...target, sends }));

describe('POST drafts', () => {
  it('answers as soon as the draft is there, with what tells of its attachments', async () => {
    const { status, headers, body } = await drafted();
    expect(status).toBe(200);
    expect(headers['link']).toBe(`</api/deliveries/${here.deliveries.all()[0]!.id}>; rel="monitor"`);
    expect(body.data).toMatchObject({ id: 'AAMkDraft=', object: 'draft', grant_id: megan, subject: 's' });
    expect(requests()).toEqual([{ kind: 'newDraft', mailbox: `users/${megan}`, sends: false }]);
    expect(here.deps.clock() - Date.parse('2026-11-22T09:00:00Z')).toBeLessThan(1000);
  });

  it('needs no recipient', async () => {
    here.onSleep.push(() => here.drafted());
    expect((await create({})).status).toBe(200);
  });

  it('tells why there is none', async () => {
    const error = { code: 'ItemNotFound', detail: 'No such mailbox.' } as const;
    here.onSleep.push(() => here.ends({ status: 'failed', item: null, sent: false, error }));
    expect(errorOf(await create())).toEqual([404, 'not_found_error']);
  });

  it('gives up one that is not there in time, so that asking again makes one only', async () => {
    expect(errorOf(await create())).toEqual([504, 'provider_error']);
    expect(here.deliveries.all()[0]!.cancelRequestedAt).toBeDefined();
  });
});

describe('POST drafts/{id}', () => {
  it('sends a draft whose attachments are there, once', async () => {
    await drafted();
    await here.ends();
    here.onSleep.push(() => here.ends());
    const { status, body } = await send();
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ object: 'message', subject: 's', to: [{ email: 'a@b.c' }], schedule_id: '' });
    expect(requests()[1]).toEqual({ kind: 'item', item: `users/${megan}/messages/AAMkDraft=`, sends: true });
    expect(here.deliveries.all()[1]!.request.uploads).toEqual([]);
  });

  it('waits for attachments that still arrive', async () => {
    await drafted();
    here.onSleep.push(
      () => undefined,
      () => here.ends(),
      () => here.ends(),
    );
    expect((await send()).status).toBe(200);
    expect(requests().map(({ sends }) => sends)).toEqual([false, true]);
  });

  it('answers 202 where they take longer, and sends when they are there, though nobody asks', async () => {
    await drafted();
    const { status, body } = await send();
    expect(status).toBe(202);
    expect(requests()).toHaveLength(1);
    const id = String(body['schedule_id']);
    expect((await schedule(id)).body).toMatchObject({ status: { code: 'pending' } });
    await watch();
    expect(requests()).toHaveLength(1);
    await here.ends();
    await watch();
    await watch();
    expect(requests().map(({ sends }) => sends)).toEqual([false, true]);
    await here.ends();
    expect((await schedule(id)).body).toMatchObject({ schedule_id: id, status: { code: 'success' } });
    expect(await here.deps.nylas.openSends.list()).toEqual([]);
  });

  it('goes on when its schedule is looked at', async () => {
    await drafted();
    const id = String((await send()).body['schedule_id']);
    await here.ends();
    expect((await schedule(id)).body).toMatchObject({ status: { code: 'pending' } });
    expect(requests()).toHaveLength(2);
  });

  it('is one send, however often it is asked for', async () => {
    await drafted();
    await here.ends();
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body['schedule_id'])).size).toBe(1);
    await here.ends();
    expect((await send()).status).toBe(200);
    expect(requests()).toHaveLength(2);
  });

  it('never sends again after an unknown end', async () => {
    await drafted();
    await here.ends();
    here.onSleep.push(() =>
      here.ends({ status: 'failed', sent: null, error: { code: 'OutcomeUnknown', detail: '?' } }),
    );
    expect(errorOf(await send())).toEqual([504, 'provider_error']);
    expect(errorOf(await send())).toEqual([504, 'provider_error']);
    expect(requests()).toHaveLength(2);
  });

  it('may be tried again after it surely was not sent', async () => {
    await drafted();
    await here.ends();
    here.onSleep.push(() =>
      here.ends({ status: 'failed', sent: false, error: { code: 'AccessDenied', detail: 'No.' } }),
    );
    expect(errorOf(await send())).toEqual([403, 'insufficient_scopes']);
    here.onSleep.push(() => here.ends());
    expect((await send()).status).toBe(200);
    expect(requests()).toHaveLength(3);
  });

  it('never sends a draft whose attachments did not all arrive', async () => {
    await drafted();
    await here.ends({ status: 'failed', sent: false, item: null, error: { code: 'BlobChanged', detail: 'Replaced.' } });
    const answer = await send();
    expect(errorOf(answer)).toEqual([400, 'invalid_request_error']);
    expect(answer.body.error.message).toContain('Replaced.');
    expect(requests()).toHaveLength(1);
    await watch();
    expect(requests()).toHaveLength(1);
  });

  it('sends a draft that was made elsewhere, whatever is in its id', async () => {
    here.onSleep.push(() => here.ends());
    const { status, body } = await send('AAMk%2Fx+y=');
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ object: 'message', grant_id: megan });
    expect(requests()).toEqual([{ kind: 'item', item: `users/${megan}/messages/AAMk%2Fx+y=`, sends: true }]);
  });

  it('keeps apart the drafts of two grants', async () => {
    await drafted();
    here.onSleep.push(() => here.ends());
    await send('AAMkDraft=', 'adele@contoso.com');
    expect(requests()[1]).toMatchObject({ item: 'users/adele@contoso.com/messages/AAMkDraft=' });
  });

  it('is refused at once where sending is switched off', async () => {
    here = nylasWorld({ sendEnabled: false });
    expect(errorOf(await send())).toEqual([403, 'insufficient_scopes']);
    expect(await here.deps.nylas.openSends.list()).toEqual([]);
  });
});

describe('the watch over sends', () => {
  it('takes away what a call left that died before it had a send', async () => {
    const row = { id: 'x', mailbox: megan, draftKey: 'k', at: here.deps.clock() };
    await here.deps.nylas.openSends.insert('x', row, row.at);
    await watch();
    expect(await here.deps.nylas.openSends.list()).toHaveLength(1);
    here.later(11 * 60_000);
    await watch();
    expect(await here.deps.nylas.openSends.list()).toEqual([]);
  });

  it('tells of one that fails and goes on with the others', async () => {
    await drafted();
    await send();
    await here.ends();
    const causes: unknown[] = [];
    const { drafts } = here.deps.nylas;
    const replace = drafts.replace.bind(drafts);
    drafts.replace = async () => Promise.reject(new Error('storage'));
    await watch((cause) => causes.push(cause));
    expect(causes).toHaveLength(1);
    drafts.replace = replace;
    await watch();
    expect(requests().map(({ sends }) => sends)).toEqual([false, true]);
  });
});
