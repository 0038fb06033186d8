import '../../orchestrators/support/quietFunctions';
import { InvocationContext } from '@azure/functions';
import type { NylasHandler } from '../../../src/functions/nylas/nylasWire';
import { zzCatchAll } from '../../../src/functions/api/zzCatchAll';
import { readNylasJson } from '../../../src/functions/nylas/nylasBody';
import { NylasError } from '../../../src/core/nylas/error';
import { httpRequest } from '../support/world';
import { answerOf, errorOf, megan, NylasWorld, nylasWorld } from './nylasWorld';

let here: NylasWorld;
beforeEach(() => {
  here = nylasWorld();
});
const echo: NylasHandler = async ({ grant }) => ({ status: 200, body: { data: { grant: grant.key } } });
const ask = (options: Parameters<NylasWorld['call']>[3] = {}) => here.call(echo, 'mail', 'drafts', options);

describe('who may call', () => {
  it.each([
    ['no key', { authorization: '' }],
    ['another scheme', { authorization: 'Basic key-of-all' }],
    ['an unknown key', { authorization: 'Bearer key-of-al' }],
    ['a key and more', { authorization: 'Bearer key-of-all key-of-sales' }],
  ])('refuses %s', async (_what, headers) => {
    expect(errorOf(await ask({ headers }))).toEqual([401, 'unauthorized']);
  });

  it('refuses every key where none is set', async () => {
    here = nylasWorld({ nylasApiKeys: [] });
    expect(errorOf(await ask())).toEqual([401, 'unauthorized']);
  });

  it.each([
    [megan, megan],
    [`email:Megan@Contoso.com`, megan],
    [`grant:${megan}`, megan],
    [`external:${megan}`, megan],
    ['guest#EXT#@contoso.com', 'guest#ext#@contoso.com'],
  ])('takes %s as a mailbox', async (grant, key) => {
    expect((await ask({ grant })).body.data).toEqual({ grant: key });
  });

  it.each(['', 'users/megan@contoso.com', 'a%2Fb@contoso.com', '..', 'megan@fabrikam.com'])(
    'refuses the grant %p, which is none that the app may use',
    async (grant) => {
      expect(errorOf(await ask({ grant }))).toEqual([401, 'unauthorized']);
    },
  );

  it('holds a key to its own mailboxes', async () => {
    const headers = { authorization: 'Bearer key-of-sales' };
    expect((await ask({ headers, grant: 'Sales@contoso.com' })).status).toBe(200);
    expect((await ask({ headers, grant: 'desk-7@contoso.com' })).status).toBe(200);
    expect(errorOf(await ask({ headers }))).toEqual([401, 'unauthorized']);
  });

  it('knows "me" only where there is a person', async () => {
    expect((await ask({ grant: 'me' })).status).toBe(200);
    const { graph } = here.deps.settings;
    here = nylasWorld({ graph: { ...graph, loopback: false, identity: 'application' } });
    expect(errorOf(await ask({ grant: 'me' }))).toEqual([401, 'unauthorized']);
    here = nylasWorld({ graph: { ...graph, loopback: false, identity: 'delegated' } });
    expect((await ask({ grant: 'me' })).status).toBe(200);
  });
});

describe('answers', () => {
  it('says each problem of the settings, as 503', async () => {
    Object.assign(here.deps, { problems: [{ name: 'UPLOAD_URL_KEY', detail: 'It is required.' }] });
    const answer = await ask();
    expect(errorOf(answer)).toEqual([503, 'service_unavailable']);
    expect(answer.body.error.message).toContain('UPLOAD_URL_KEY');
  });

  it('tells a fault of ours as 500 without what it said', async () => {
    const answer = await here.call(async () => Promise.reject(new Error('sig=secret')), 'mail', 'drafts');
    expect(errorOf(answer)).toEqual([500, 'internal_error']);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('gives an error in both shapes: Nylas’ own and that of RFC 9457', async () => {
    const fault = { status: 429, type: 'rate_limit_error', message: 'Wait.', retryAfterSeconds: 7 };
    const { status, headers, body } = await here.call(
      async () => Promise.reject(new NylasError(fault)),
      'mail',
      'drafts',
    );
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe('7');
    expect(body).toMatchObject({
      type: 'about:blank',
      title: 'rate_limit_error',
      status: 429,
      detail: 'Wait.',
      error: { type: 'rate_limit_error', message: 'Wait.' },
    });
  });

  const read: NylasHandler = async ({ request, family }) => ({
    status: 200,
    body: { data: { read: await readNylasJson(request, family) } },
  });

  it('refuses multipart in JSON, with what to do instead', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await here.call(read, 'mail', 'drafts', { headers, text: '--x--' });
    expect(errorOf(answer)).toEqual([400, 'invalid_request_error']);
    expect(answer.body.error.message).toContain('attachment-uploads');
  });

  it('refuses too large a body by what is announced and by what comes', async () => {
    const announced = await here.call(read, 'mail', 'drafts', { headers: { 'content-length': '9000000' }, json: {} });
    const came = await here.call(read, 'mail', 'drafts', { text: `"${'x'.repeat(5_000_000)}"` });
    for (const answer of [announced, came]) expect(errorOf(answer)).toEqual([413, 'invalid_request_error']);
  });

  it('reads JSON whatever its content type says', async () => {
    const headers = { 'content-type': 'text/plain' };
    const { body } = await here.call(read, 'mail', 'drafts', { headers, text: '{"a":1}' });
    expect(body.data).toEqual({ read: { a: 1 } });
  });
});

describe('paths below /v3 that are none', () => {
  const context = new InvocationContext({ functionName: 'zzCatchAll', invocationId: 'invocation-9' });
  it.each([
    ['POST', `/v3/grants/${megan}/messages`, 404, 'not_found_error', undefined],
    ['GET', '/v3', 404, 'not_found_error', undefined],
    ['GET', `/v3/grants/${megan}/attachment-uploads`, 405, 'invalid_request_error', 'POST'],
    ['DELETE', `/v3/grants/${megan}/messages/schedules/x`, 405, 'invalid_request_error', 'GET'],
  ] as const)('answers %s %s with %i in the JSON of Nylas', async (method, path, status, type, allow) => {
    const answer = answerOf(await zzCatchAll(httpRequest({ method, path }), context));
    expect(errorOf(answer)).toEqual([status, type]);
    expect(answer.headers['allow']).toBe(allow);
  });

  it('leaves other paths their problems', async () => {
    const { headers } = await zzCatchAll(httpRequest({ path: '/v30/x' }), context);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
  });
});
