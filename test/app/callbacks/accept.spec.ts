import type { Instances } from '../../../src/core/job/ports';
import { refusalOfCallback } from '../../../src/app/callbacks/accept';
import { startCallback } from '../../../src/app/callbacks/startCallback';
import { createUpload } from '../../../src/functions/api/createUpload';
import { getUpload } from '../../../src/functions/api/getUpload';
import type { Settings } from '../../../src/settings';
import { attemptCallback } from '../../../src/app/callbacks/attempt';
import { context, httpRequest, jsonOf } from '../../functions/support/world';
import { callbackWorld, secrets, url } from './callbackWorld';

describe('where a callback may go', () => {
  const settings = (loopback: boolean, webhookSecrets = secrets): Settings => {
    const { settings: sample } = callbackWorld().deps;
    const allowedCallbackHosts = ['hooks.example.org', '*.contoso.com'];
    return { ...sample, webhookSecrets, allowedCallbackHosts, graph: { ...sample.graph, loopback } };
  };
  const refused = (to: string, loopback = false) => refusalOfCallback(to, settings(loopback))?.code ?? 'taken';

  it.each([
    'https://hooks.example.org/a?b=c',
    'https://HOOKS.example.org:8443/',
    'https://a.contoso.com',
    'https://a.b.contoso.com.',
  ])('is %s', (to) => {
    expect(refused(to)).toBe('taken');
  });

  it.each([
    'http://hooks.example.org/a',
    'https://contoso.com',
    'https://evilcontoso.com',
    'https://a.contoso.com.evil.example',
    'https://user@hooks.example.org',
    'https://hooks.example.org@evil.example',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'http://127.0.0.1:8080/',
    'ftp://hooks.example.org',
  ])('is not %s', (to) => {
    expect(refused(to)).toBe('CallbackNotAllowed');
  });

  it('is this machine on loopback alone', () => {
    expect([refused('http://127.0.0.1:8080/x', true), refused('http://127.0.0.1:8080/x')]).toEqual([
      'taken',
      'CallbackNotAllowed',
    ]);
    expect(refused('http://10.0.0.1/', true)).toBe('CallbackNotAllowed');
  });

  it('is nowhere without secrets', () => {
    expect(refusalOfCallback(url, settings(true, []))?.code).toBe('CallbackNotAllowed');
  });
});

describe('an upload with a callback', () => {
  const body = { blob: 'uploads/q3.pdf', item: 'users/megan@contoso.com/messages/AAMkAD=', callbackUrl: url };
  const plain = { blob: body.blob, item: body.item };
  const post = async (w: ReturnType<typeof callbackWorld>, json: unknown) =>
    jsonOf(await createUpload(httpRequest({ method: 'POST', json }), w.deps, context));
  const read = async (w: ReturnType<typeof callbackWorld>, id: unknown) =>
    jsonOf(await getUpload(httpRequest({ path: `/api/uploads/${String(id)}`, params: { id: String(id) } }), w.deps));

  it('tells how that stands, and shows its address nowhere', async () => {
    const w = callbackWorld();
    const upload = await post(w, body);
    const pending = { status: 'pending', attempts: 0, lastStatus: null, nextAttemptAt: null };
    expect(upload['callback']).toEqual(pending);
    const id = String(upload['id']);
    await w.ends(id);
    w.answers.push({ kind: 'answer', status: 503 });
    await attemptCallback(id, w.deps, () => undefined);
    expect((await read(w, id))['callback']).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 503 });
    const stored = JSON.stringify([[...w.records.all.values()], await w.deps.callbacks.all.list(), await read(w, id)]);
    expect(stored).not.toContain('s3cr3t');
  });

  it('has none where nobody asked for it', async () => {
    const w = callbackWorld();
    expect(await post(w, plain)).not.toHaveProperty('callback');
    expect(await w.deps.callbacks.open.list()).toEqual([]);
  });

  it('is refused, and leaves nothing, where its address is not allowed', async () => {
    const w = callbackWorld();
    const refused = post(w, { ...body, callbackUrl: 'https://evil.example/?token=s3cr3t' });
    await expect(refused).rejects.toMatchObject({ problem: { code: 'CallbackNotAllowed' } });
    await expect(refused).rejects.not.toThrow('s3cr3t');
    expect([w.records.all.size, await w.deps.callbacks.all.list()]).toEqual([0, []]);
  });

  it('gives a duplicate’s caller a callback, also when the upload has ended', async () => {
    const w = callbackWorld();
    const first = await post(w, plain);
    await w.ends(String(first['id']));
    const second = await post(w, body);
    expect(second).toMatchObject({ id: first['id'], callback: { status: 'pending' } });
    expect(w.started).toContain(`${String(first['id'])}-callback`);
  });

  it('is told by an orchestration whose input is its id alone', async () => {
    const inputs: unknown[] = [];
    const { deps } = callbackWorld();
    const start: Instances['start'] = async (...args) => void inputs.push(args);
    await startCallback('u1', { ...deps.instances, start });
    expect(inputs).toEqual([['callback', 'u1-callback', { id: 'u1' }]]);
  });
});
