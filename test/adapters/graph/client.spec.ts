import type { ServerResponse } from 'node:http';
import { GraphClient, graphClient } from '../../../src/adapters/graph/client';
import { holdTimers, letPass, untilSo } from '../../support/heldTimers';
import { halfAnAnswer, json, ScriptedServer, scriptedServer, tooLongMs } from '../support/scriptedServer';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('graphClient', () => {
  let server: ScriptedServer;
  let graph: GraphClient;
  const get = (...path: string[]) => graph.send({ method: 'GET', path });

  beforeEach(async () => {
    holdTimers(); // no limit is met because a machine is slow
    server = await scriptedServer();
    graph = graphClient({
      graphRoot: server.origin,
      tokens: async (options) => (options?.refresh === true ? 'fresh' : 'first'),
      callLimits: { totalMs: 200 },
      readLimits: { totalMs: 400, idleMs: 100 },
    });
  });
  afterEach(async () => {
    expect(server.unused()).toBe(0);
    await server.close();
    jest.useRealTimers();
  });

  it('asks for immutable ids with a bearer and a request id of its own, each time', async () => {
    server.answer(json(200, {}), json(200, {}));
    await get('me');
    await get('me');
    for (const { headers } of server.seen) {
      expect(headers).toMatchObject({ authorization: 'Bearer first', prefer: 'IdType="ImmutableId"' });
      expect(headers['client-request-id']).toMatch(uuid);
    }
    expect(server.seen[0]?.headers['client-request-id']).not.toBe(server.seen[1]?.headers['client-request-id']);
  });

  it.each([
    ['AAMkADI5=', 'AAMkADI5%3D'],
    ['a/b+c=', 'a%2Fb%2Bc%3D'],
    ['100%', '100%25'],
    ['a%2Fb', 'a%252Fb'],
    ['megan@contoso.com', 'megan%40contoso.com'],
    ['megan_gmail.com#EXT#@contoso.com', 'megan_gmail.com%23EXT%23%40contoso.com'],
    ['what?&a=b', 'what%3F%26a%3Db'],
    ['https://evil.example/v9/x', 'https%3A%2F%2Fevil.example%2Fv9%2Fx'],
    ["o'neil@contoso.com", "o'neil%40contoso.com"],
    ['Ünï 漢', '%C3%9Cn%C3%AF%20%E6%BC%A2'],
    ['$value', '$value'],
  ])('sends the segment %s as one segment', async (segment, encoded) => {
    server.answer(json(200, {}));
    await get('users', segment, 'messages');
    expect(server.seen[0]?.url).toBe(`/v1.0/users/${encoded}/messages`);
  });

  it.each(['', '.', '..'])('sends no segment that would address something else: %j', async (segment) => {
    expect(await graph.send({ method: 'DELETE', path: ['me', 'messages', 'M', 'attachments', segment] })).toMatchObject(
      {
        fault: 'blocked',
      },
    );
    expect(server.seen).toHaveLength(0);
  });

  it('takes the version of the call, of the client, and a root with a path', async () => {
    server.answer(json(200, {}), json(200, {}));
    await graph.send({ method: 'GET', path: ['me'], version: 'beta' });
    await graphClient({ graphRoot: `${server.origin}/proxy/`, tokens: async () => 't', defaultVersion: 'beta' }).send({
      method: 'GET',
      path: ['me'],
    });
    expect(server.seen.map(({ url }) => url)).toEqual(['/beta/me', '/proxy/beta/me']);
  });

  it('encodes what a query says', async () => {
    server.answer(json(200, {}));
    await graph.send({ method: 'GET', path: ['me'], query: { $select: 'id,name&$expand=x', $filter: "a eq 'b=c#'" } });
    expect(new URL(server.seen[0]?.url ?? '', server.origin).searchParams.get('$select')).toBe('id,name&$expand=x');
    expect(new URL(server.seen[0]?.url ?? '', server.origin).searchParams.get('$filter')).toBe("a eq 'b=c#'");
  });

  it('sends a body as it is, as JSON, and a POST without one with a length of 0', async () => {
    server.answer(json(201, { id: 'A' }, { 'request-id': 'r', Date: 'Sun, 22 Nov 2026 10:00:00 GMT' }), {
      status: 202,
    });
    const reply = await graph.send({ method: 'POST', path: ['me', 'x'], body: '{"a":"é"}' });
    expect(reply).toEqual({
      kind: 'reply',
      status: 201,
      json: { id: 'A' },
      requestId: 'r',
      date: 'Sun, 22 Nov 2026 10:00:00 GMT',
      retryAfter: undefined,
      location: undefined,
      clientRequestId: server.seen[0]?.headers['client-request-id'],
    });
    expect(await graph.send({ method: 'POST', path: ['me', 'send'] })).toMatchObject({ status: 202 });
    expect(server.seen[0]?.headers['content-type']).toBe('application/json');
    expect(server.seen[0]?.body.toString()).toBe('{"a":"é"}');
    expect(server.seen[1]?.headers['content-length']).toBe('0');
  });

  it.each(['GET', 'POST', 'PATCH', 'DELETE'] as const)(
    'repeats a %s once with a fresh token after a 401',
    async (method) => {
      server.answer(json(401, {}), json(200, { ok: true }));
      expect(await graph.send({ method, path: ['me'], body: method === 'GET' ? undefined : '{}' })).toMatchObject({
        status: 200,
      });
      expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer fresh']);
      expect(server.seen[0]?.headers['client-request-id']).not.toBe(server.seen[1]?.headers['client-request-id']);
    },
  );

  it('keeps the request id of the last attempt, also where no answer came', async () => {
    server.answer(json(401, {}), json(503, {}), 'reset', json(404, {}));
    const sentId = (at: number) => server.seen[at]?.headers['client-request-id'];
    expect(await get('me')).toMatchObject({ status: 503, clientRequestId: sentId(1) });
    expect(await get('me')).toMatchObject({ fault: 'reset', clientRequestId: sentId(2) });
    expect(await graph.read({ path: ['me'] }, async () => 'read')).toMatchObject({ clientRequestId: sentId(3) });
    expect(sentId(0)).not.toBe(sentId(1));
  });

  it('gives a second 401 as the answer', async () => {
    server.answer(json(401, {}), json(401, { error: { code: 'InvalidAuthenticationToken' } }));
    expect(await get('me')).toMatchObject({ status: 401, json: { error: { code: 'InvalidAuthenticationToken' } } });
  });

  it.each([408, 429, 500, 502, 503, 504])('never repeats by itself after %d', async (status) => {
    server.answer(json(status, {}, { 'Retry-After': '0' }));
    expect(await get('me')).toMatchObject({ kind: 'reply', status, retryAfter: '0' });
    expect(server.seen).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])('follows no redirect (%d)', async (status) => {
    server.answer({ status, headers: { Location: '/v1.0/elsewhere' } });
    expect(await get('me')).toMatchObject({ kind: 'fault', fault: 'redirected', host: new URL(server.origin).host });
    expect(server.seen).toHaveLength(1);
  });

  it('tells the host of a redirect and nothing else of it', async () => {
    server.answer(
      { status: 302, headers: { Location: 'https://user:pass@login.example.net:8443/a/b?token=s3cret#x' } },
      { status: 302, headers: { Location: 'http://[' } },
      { status: 302 },
    );
    const told = [await get('me'), await get('me'), await get('me')];
    expect(told[0]).toMatchObject({ kind: 'fault', fault: 'redirected', host: 'login.example.net:8443' });
    for (const fault of told.slice(1)) {
      expect(fault).toMatchObject({ kind: 'fault', fault: 'redirected' });
      expect(fault).not.toHaveProperty('host');
    }
    for (const secret of ['pass', '/a/b', 's3cret']) expect(JSON.stringify(told)).not.toContain(secret);
  });

  it('gives errors that are empty, HTML or broken off as replies without JSON', async () => {
    const html = { status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>Bad gateway</h1>' };
    server.answer({ status: 500 }, html, halfAnAnswer(503, '{"error":'));
    for (const status of [500, 502, 503])
      expect(await get('me')).toMatchObject({ kind: 'reply', status, json: undefined });
  });

  it('gives a good answer that is no JSON without any, and one that breaks off as a reset', async () => {
    server.answer({ status: 200, body: '<html>' }, { status: 201 }, halfAnAnswer(201, '{"id":'));
    expect(await get('me')).toMatchObject({ kind: 'reply', status: 200, json: undefined });
    expect(await get('me')).toMatchObject({ kind: 'reply', status: 201, json: undefined });
    expect(await get('me')).toMatchObject({ kind: 'fault', fault: 'reset' });
  });

  it('tells a reset, a closed port and silence apart from answers, without the address', async () => {
    const begins = (response: ServerResponse) => {
      response.writeHead(200, { 'Content-Length': 9 }).write('{');
      letPass(tooLongMs);
    };
    server.answer('reset', 'silence', begins);
    const closed = graphClient({ graphRoot: 'http://127.0.0.1:1', tokens: async () => 't' });
    const faults = [
      await get('me'),
      await get('me'),
      await get('me'),
      await closed.send({ method: 'GET', path: ['me'] }),
    ];
    expect(faults).toMatchObject([{ fault: 'reset' }, { fault: 'timeout' }, { fault: 'timeout' }, { fault: 'reset' }]);
    expect(JSON.stringify(faults)).not.toContain('127.0.0.1');
  });

  it('says that no token could be had', async () => {
    const without = graphClient({ graphRoot: server.origin, tokens: async () => Promise.reject(new Error('secret')) });
    const fault = await without.send({ method: 'GET', path: ['me'] });
    expect(fault).toEqual({ kind: 'fault', fault: 'noToken', detail: 'No token for Graph: Error' });
  });

  it('ends in time while the token does not come, and sends nothing when it comes at last', async () => {
    let give: (token: string) => void = () => undefined;
    let asked = false;
    const tokens = () => {
      asked = true;
      return new Promise<string>((resolve) => (give = resolve));
    };
    const waiting = graphClient({ graphRoot: server.origin, tokens, callLimits: { totalMs: 50 } });
    const sent = waiting.send({ method: 'DELETE', path: ['me'] });
    await untilSo(() => asked);
    letPass(50);
    expect(await sent).toMatchObject({ fault: 'timeout' });
    give('late');
    server.answer(json(200, {}));
    await get('me');
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  it('follows a link of Graph as it stands', async () => {
    server.answer(json(200, {}));
    const path = '/v1.0/users/a%40b/messages/M%3D/attachments?$select=id,name&$skiptoken=a%2Fb%3D%3D&$top=10';
    await graph.follow(server.origin + path);
    const [asked, meant] = [server.seen[0]?.url ?? '', path].map((url) => new URL(url, server.origin));
    expect(asked?.pathname).toBe(meant?.pathname);
    expect(new Set(asked?.search.slice(1).split('&'))).toEqual(new Set(meant?.search.slice(1).split('&')));
  });

  it('keeps to its host in a link that names another inside', async () => {
    server.answer(json(200, {}));
    await graph.follow(`${server.origin}/v1.0/me?$skiptoken=https://evil.example/v1.0/x`);
    expect(server.seen[0]?.url).toContain('/v1.0/me?$skiptoken=https%3A%2F%2Fevil.example');
  });

  it.each(['https://evil.example/v1.0/me', 'http://127.0.0.1:1/v1.0/me', '/v1.0/me', ''])(
    'follows no link elsewhere: %s',
    async (link) => {
      expect(await graph.follow(link)).toMatchObject({ kind: 'fault', fault: 'blocked' });
      expect(await graph.follow(server.origin.replace('://', '://user@') + '/v1.0/me')).toMatchObject({
        fault: 'blocked',
      });
      expect(server.seen).toHaveLength(0);
    },
  );

  describe('read', () => {
    const consume = async (response: Response, progressed: () => void) => {
      let read = 0;
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        progressed();
        read += piece.byteLength;
      }
      return { read };
    };

    it('gives a good answer to be read, and any other as a reply', async () => {
      server.answer({ body: 'twelve bytes' }, json(404, { error: { code: 'ErrorItemNotFound' } }));
      expect(await graph.read({ path: ['me'] }, consume)).toEqual({ read: 12 });
      expect(await graph.read({ path: ['me'] }, consume)).toMatchObject({ kind: 'reply', status: 404 });
    });

    it('lasts longer than the idle time as long as bytes come', async () => {
      let sent = 0;
      let next: () => void = () => undefined;
      server.answer((response) => {
        next = () => (++sent < 6 ? response.write('x') : response.end());
        next();
      });
      const slowly = (response: Response, progressed: () => void) =>
        consume(response, () => {
          progressed();
          letPass(70); // of the 100 that it may be idle
          next();
        });
      expect(await graph.read({ path: ['me'] }, slowly)).toEqual({ read: 5 });
    });

    it('ends when no byte comes for the idle time, or it breaks off', async () => {
      server.answer((response) => response.writeHead(200, { 'Content-Length': 9 }).write('x'), halfAnAnswer(200, 'xy'));
      const thenIdle = (response: Response, progressed: () => void) =>
        consume(response, () => {
          progressed();
          letPass(100);
        });
      expect(await graph.read({ path: ['me'] }, thenIdle)).toMatchObject({ fault: 'timeout' });
      expect(await graph.read({ path: ['me'] }, consume)).toMatchObject({ fault: 'reset' });
    });

    it('throws what is a bug of the reader', async () => {
      server.answer(json(200, {}));
      await expect(graph.read({ path: ['me'] }, () => Promise.reject(new TypeError('oops')))).rejects.toThrow('oops');
    });
  });
});
