import type { LookupAddress } from 'node:dns';
import { callbackSender } from '../../../src/adapters/callbacks/sender';
import { isPublic } from '../../../src/adapters/callbacks/publicAddress';
import { ScriptedServer, scriptedServer } from '../support/scriptedServer';

const headers = { 'content-type': 'application/cloudevents+json', 'webhook-id': 'evt_1' };

describe('callbacks over HTTP', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await scriptedServer();
  });
  afterEach(async () => {
    expect(server.unused()).toBe(0);
    await server.close();
  });
  const patient = callbackSender({ loopback: true });
  const post = (sender = patient) => sender.post(`${server.origin}/hook?token=x`, headers, '{"a":1}');

  it('are POSTs with what they are given', async () => {
    server.answer({ status: 204 });
    expect(await post()).toEqual({ kind: 'answer', status: 204, date: expect.any(String) });
    const [{ method, url, headers: sent, body }] = server.seen as [ScriptedServer['seen'][0]];
    expect([method, url, body.toString(), sent['webhook-id']]).toEqual(['POST', '/hook?token=x', '{"a":1}', 'evt_1']);
  });

  it('do not follow a redirect, and say when to come again', async () => {
    server.answer({ status: 302, headers: { location: `${server.origin}/other` } });
    server.answer({ status: 429, headers: { 'retry-after': '120' } });
    expect([await post(), await post()]).toMatchObject([{ status: 302 }, { status: 429, retryAfter: '120' }]);
    expect(server.seen).toHaveLength(2);
  });

  it('take a status as it is, however much comes after it or does not', async () => {
    server.answer({ status: 200, body: Buffer.alloc(1_000_000, 'x') });
    server.answer((response) => {
      response.writeHead(200);
      response.write('x'); // and never ends
    });
    const quicker = callbackSender({ loopback: true, timeoutMs: 4_000 });
    expect([await post(), await post(quicker)]).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  it('have no answer where none comes in time, or the connection breaks', async () => {
    server.answer('reset');
    expect(await post()).toMatchObject({ kind: 'none' });
    server.answer(() => undefined);
    expect(await post(callbackSender({ loopback: true, timeoutMs: 1_500 }))).toMatchObject({ kind: 'none' });
  });

  it('are given up before anything is sent where the name leads to a private address', async () => {
    const port = new URL(server.origin).port;
    const resolvingTo = (...addresses: string[]) =>
      callbackSender({
        loopback: false,
        resolve: (_name, _options, callback) =>
          callback(
            null,
            addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
      }).post(`https://hooks.example.org:${port}/`, headers, '{}');
    for (const addresses of [['127.0.0.1'], ['10.0.0.5'], ['::1'], ['169.254.169.254'], ['93.184.216.34', '127.0.0.1']])
      expect(await resolvingTo(...addresses)).toMatchObject({ kind: 'private' });
    expect(server.seen).toEqual([]);
  });

  it('go to the address that was checked: the name is asked for once', async () => {
    const asked: string[] = [];
    const local = callbackSender({
      loopback: true,
      resolve: (name, _options, callback) => {
        asked.push(name);
        callback(null, [{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
      },
    });
    server.answer({ status: 200 });
    const to = server.origin.replace('127.0.0.1', 'localhost');
    expect(await local.post(to, headers, '{}')).toMatchObject({ kind: 'answer', status: 200 });
    expect(asked).toEqual(['localhost']);
    expect(await local.post(to, headers, '{}')).toMatchObject({ kind: 'private' });
  });

  it.each(['https://127.0.0.1/', 'https://[::1]/', 'https://10.0.0.1/', 'http://127.0.0.1:1/'])(
    'reach no address of this machine or network outside development: %s',
    async (url) => {
      const strict = callbackSender({ loopback: false });
      expect(await strict.post(url, headers, '{}')).toMatchObject({ kind: 'private' });
    },
  );
});

describe('an address', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '172.15.0.1', '100.128.0.1'])(
    'is of the internet: %s',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'nonsense',
    '',
  ])('is not: %s', (address) => expect(isPublic(address)).toBe(false));
});
