import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { HostUnderTest, poll } from './hostUnderTest';

const host = new HostUnderTest();
beforeAll(() => host.start());

/** A path sent as it stands: fetch would tidy it up. */
function rawGet(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(host.url);
    const call = request({ hostname, port, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject).end();
  });
}

async function expectBare(response: Response, status: number): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBeNull();
  expect(await response.text()).toBe('');
}

describe('HTTP functions', () => {
  it('get parameters, query, headers and the body', async () => {
    const init = { method: 'POST', body: 'bytes', headers: { 'x-test': 'yes' } };
    const response = await host.fetch('/echo/7?a=1&a=2&b=%C3%A4', init);
    expect(await response.json()).toMatchObject({
      params: { id: '7' },
      query: { a: '1,2', b: 'ä' },
      body: 'bytes',
      header: 'yes',
    });
  });

  it('see parameters decoded once, except %2F, which stays', async () => {
    const { body } = await rawGet('/items/users/megan%40contoso.com/messages/a%2Fb%252Fc%20d');
    const seen = JSON.parse(body) as { url: string; params: { rest: string } };
    expect(seen.params.rest).toBe('users/megan@contoso.com/messages/a%2Fb%2Fc d');
    expect(new URL(seen.url).pathname).toBe('/items/users/megan@contoso.com/messages/a%2Fb%2Fc%20d');
  });

  it('resolve dots after decoding', async () => {
    expect(JSON.parse((await rawGet('/items/a/%2e%2e/b')).body)).toMatchObject({ params: { rest: 'b' } });
  });

  it('are found without regard to case and to a slash at the end', async () => {
    expect((await host.fetch('/ECHO/1/')).status).toBe(200);
  });

  it('are tried in order of name, not by how specific their routes are', async () => {
    expect(await (await host.fetch('/caught/exactly')).text()).toBe('exactly');
    expect((await host.fetch('/caught/exactly', { method: 'PUT' })).status).toBe(405);
    expect(await (await host.fetch('/caught')).json()).toEqual({ caught: null });
  });

  it('answer an unknown route, a wrong method and HEAD with a bare 404', async () => {
    await expectBare(await host.fetch('/nowhere'), 404);
    await expectBare(await host.fetch('/throws', { method: 'POST' }), 404);
    await expectBare(await host.fetch('/throws', { method: 'HEAD' }), 404);
  });

  it('answer a bare 500 when a handler throws', async () => {
    await expectBare(await host.fetch('/throws'), 500);
    await host.untilLogged('[throws]');
  });

  it('pass status, headers, cookies and content type as they were given', async () => {
    const response = await host.fetch('/problem', { method: 'OPTIONS' });
    expect(response.status).toBe(418);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-own')).toBe('Yes');
    expect(response.headers.getSetCookie()).toEqual(['a=b%20c; max-age=5; path=/; samesite=lax; httponly']);
    expect(await response.json()).toEqual({ title: 'teapot' });
  });

  it('pass 304', async () => {
    const response = await host.fetch('/notModified');
    expect([response.status, response.headers.get('etag')]).toEqual([304, '"1"']);
  });

  it('take 8 MiB, and answer a bare 500 above the limit of a body', async () => {
    const response = await host.fetch('/size', { method: 'POST', body: Buffer.alloc(8 << 20) });
    expect(await response.json()).toEqual({ size: 8 << 20 });
    const small = await new HostUnderTest({ FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' }).start();
    await expectBare(await small.fetch('/size', { method: 'POST', body: Buffer.alloc(1001) }), 500);
    expect(await (await small.fetch('/size', { method: 'POST', body: Buffer.alloc(1000) })).json()).toEqual({
      size: 1000,
    });
  });

  it('get the homepage on / where no function has it', async () => {
    expect((await host.fetch('/')).status).toBe(200);
  });

  it('never reach below /admin and /runtime/webhooks', async () => {
    await expectBare(await host.fetch('/admin/host/other'), 404);
    await expectBare(await host.fetch('/runtime/webhooks/other'), 404);
  });

  it('log under the name of their function', async () => {
    await host.fetch('/echo/logged');
    await host.untilLogged('[echo] echo logged\n');
  });
});

describe('a worker that is killed', () => {
  it('costs the request in flight a bare 500, and another one takes over', async () => {
    const before = await (await host.fetch('/pid')).text();
    await expectBare(await host.fetch('/exit', { method: 'POST' }), 500);
    const after = await poll(async () => {
      const response = await host.fetch('/pid');
      return response.status === 200 ? response.text() : undefined;
    });
    expect(after).not.toBe(before);
    await host.untilLogged('node exited with code 137');
  });
});

describe('admin', () => {
  it('tells the status', async () => {
    expect(await (await host.fetch('/admin/host/status')).json()).toMatchObject({
      state: 'Running',
      version: expect.any(String),
      processUptime: expect.any(Number),
    });
  });

  it('lists the functions', async () => {
    const names = ((await (await host.fetch('/admin/functions')).json()) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['echo', 'noop', 'chain', 'Counter']));
  });
});

describe('function keys', () => {
  const guarded = new HostUnderTest({ FUNCTIONS_HOST_AUTH: 'on' });
  let keys: { master: string; function: string; system: { durabletask_extension: string } };
  beforeAll(async () => {
    await guarded.start();
    keys = JSON.parse(readFileSync(guarded.file('data/keys.json'), 'utf8')) as typeof keys;
  });
  const statusWith = async (path: string, key?: string): Promise<number> =>
    (await guarded.fetch(path, { headers: key ? { 'x-functions-key': key } : {} })).status;

  it('are asked for where the level says so, with a bare 401', async () => {
    await expectBare(await guarded.fetch('/echo/1'), 401);
    expect(await statusWith('/echo/1', 'wrong')).toBe(401);
    expect(await statusWith('/echo/1', keys.function)).toBe(200);
    expect(await statusWith('/echo/1', keys.master)).toBe(200);
    expect((await guarded.fetch(`/echo/1?code=${keys.function}`)).status).toBe(200);
    expect(await statusWith('/pid')).toBe(200);
  });

  it('guard admin by the master key and a webhook by its own', async () => {
    expect(await statusWith('/admin/host/status', keys.function)).toBe(401);
    expect(await statusWith('/admin/host/status', keys.master)).toBe(200);
    expect(await statusWith('/runtime/webhooks/durabletask/instances', keys.function)).toBe(401);
    expect(await statusWith('/runtime/webhooks/durabletask/instances', keys.system.durabletask_extension)).toBe(200);
  });

  it('are not needed by the durable client of the app', async () => {
    await guarded.begin('chain', 'c', { steps: 1 });
    await poll(async () => ((await guarded.status('c')).output === 1 ? true : undefined));
  });

  it('stay the same after a restart', async () => {
    await guarded.stop();
    await guarded.start();
    expect(await statusWith('/echo/1', keys.function)).toBe(200);
  });
});
