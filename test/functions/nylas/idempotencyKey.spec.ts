import '../../orchestrators/support/quietFunctions';
import { Answer, errorOf, NylasWorld, nylasWorld } from './nylasWorld';
import { message, sender } from './sender';

const hour = 3_600_000;
let here: NylasWorld;
let { send, sending, uploaded } = sender(nylasWorld());
beforeEach(() => {
  here = nylasWorld();
  ({ send, sending, uploaded } = sender(here));
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'order 4711' };

  it('gives the same answer again for an hour, without sending again', async () => {
    const first = await sending(message, key);
    expect(first.headers['idempotent-response']).toBeUndefined();
    const again = await send(Object.fromEntries(Object.entries(message).reverse()), key);
    expect(again.status).toBe(200);
    expect(again.headers['idempotent-response']).toBe('true');
    expect(again.body.data).toEqual(first.body.data);
    expect(here.deliveries.all()).toHaveLength(1);
    here.later(hour + 1);
    expect((await sending(message, key)).headers['idempotent-response']).toBeUndefined();
    expect(here.deliveries.all()).toHaveLength(2);
  });

  it('is a namespace of each grant', async () => {
    await sending(message, key);
    await sending(message, key, 'adele@contoso.com');
    expect(here.deliveries.all()).toHaveLength(2);
  });

  it('is a conflict with another payload', async () => {
    await sending(message, key);
    const answer = await send({ ...message, subject: 'other' }, key);
    expect(errorOf(answer)).toEqual([409, 'api.invalid_idempotent_request']);
  });

  it('is a conflict while the first is being answered', async () => {
    const conflicts: Answer[] = [];
    here.onSleep.push(
      async () => void conflicts.push(await send(message, key)),
      () => here.ends(),
    );
    expect((await send(message, key)).status).toBe(200);
    expect(conflicts.map(errorOf)).toEqual([[409, 'api.concurrent_idempotent_request']]);
    expect(here.deliveries.all()).toHaveLength(1);
  });

  it('gives an error with a thousand faults again: it fits where it is kept', async () => {
    const to = Array.from({ length: 500 }, (_, no) => ({ email: `nobody ${no} ${'x'.repeat(400)}` }));
    const first = await send({ ...message, to, cc: to }, key);
    expect([first.status, first.body.error.message]).toEqual([400, expect.stringContaining('faults more')]);
    expect(JSON.stringify(first.body).length).toBeLessThan(20_000);
    expect((await send({ ...message, to, cc: to }, key)).headers['idempotent-response']).toBe('true');
  });

  it('gives an error again too', async () => {
    const wrong = { ...message, to: [] };
    const first = await send(wrong, key);
    const again = await send(wrong, key);
    expect([errorOf(again), again.body.error.message]).toEqual([errorOf(first), first.body.error.message]);
    expect(again.headers['idempotent-response']).toBe('true');
  });

  it('gives an unknown end again: never a second send', async () => {
    here.onSleep.push(() =>
      here.ends({ status: 'failed', sent: null, error: { code: 'OutcomeUnknown', detail: '?' } }),
    );
    await send(message, key);
    const again = await send(message, key);
    expect(errorOf(again)).toEqual([504, 'provider_error']);
    expect(again.headers['idempotent-response']).toBe('true');
    expect(here.deliveries.all()).toHaveLength(1);
  });

  it('gives a 202 again, with the same schedule', async () => {
    const first = await send(message, key);
    const again = await send(message, key);
    expect([again.status, again.body['schedule_id']]).toEqual([202, first.body['schedule_id']]);
    expect(again.headers['idempotent-response']).toBe('true');
  });

  it('tries again what was throttled and surely not sent', async () => {
    here.onSleep.push(() =>
      here.ends({ status: 'failed', sent: false, error: { code: 'Throttled', detail: 'Wait.' } }),
    );
    expect((await send(message, key)).status).toBe(429);
    expect((await sending(message, key)).status).toBe(200);
    expect(here.deliveries.all()).toHaveLength(2);
  });

  it('goes on with the same delivery where the function died after it was accepted', async () => {
    const died = Object.assign(new Error('gone'), { name: 'RestError' });
    here.onSleep.push(() => Promise.reject(died));
    expect(errorOf(await send(message, key))).toEqual([503, 'service_unavailable']);
    expect(errorOf(await send(message, key))).toEqual([409, 'api.concurrent_idempotent_request']);
    here.later(200_000);
    expect((await sending(message, key)).status).toBe(200);
    expect(here.deliveries.all()).toHaveLength(1);
  });

  it('goes on after storage gave no answer to the first', async () => {
    const found = { ...here.deps.blobs };
    const id = await uploaded();
    const json = { ...message, attachments: [{ id }] };
    Object.assign(here.deps.blobs, { head: async () => ({ kind: 'unreachable' }) });
    expect((await send(json, key)).status).toBe(503);
    Object.assign(here.deps.blobs, found);
    expect((await sending(json, key)).status).toBe(200);
  });

  it.each([
    ['', 'empty'],
    ['x'.repeat(257), 'too long'],
  ])('refuses one that is not one: %#', async (bad) => {
    expect(errorOf(await send(message, { 'idempotency-key': bad }))).toEqual([400, 'api.invalid_idempotency_key']);
  });

  it('lets one of two at the same instant send', async () => {
    here.onSleep.push(() => here.ends());
    const answers = await Promise.all([send(message, key), send(message, key)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(here.deliveries.all()).toHaveLength(1);
  });
});
