import { createServer, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { startApp, TestApp } from '../support/app';

interface Resource {
  readonly id: string;
  readonly status: string;
  readonly callback?: {
    readonly status: string;
    readonly attempts: number;
    readonly lastStatus: number | null;
    readonly nextAttemptAt: string | null;
  };
  readonly uploads?: readonly { readonly callback?: unknown }[];
}
interface Call {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly at: number;
}
type Answer = (response: ServerResponse) => void;

const mailbox = 'users/megan@contoso.com';
const secrets = [5, 6].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end('thank you');

describe('callbacks, end to end', () => {
  let app: TestApp;
  let receiver: Server | undefined;
  let origin: string;
  const calls: Call[] = [];
  const script = new Map<string, Answer[]>(); // by path, in order; then 204
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const [path = ''] = (request.url ?? '').split('?');
        const headers = request.headers as Record<string, string>;
        calls.push({ path, headers, body: Buffer.concat(parts).toString(), at: Date.now() });
        (script.get(path)?.shift() ?? status(204))(response);
      });
    });
    await new Promise<void>((resolve) => receiver!.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    app = await startApp({
      settings: { WEBHOOK_SECRETS: secrets.join(','), ALLOWED_CALLBACK_HOSTS: 'localhost,hooks.example.org' },
    });
    await app.putBlob('uploads', 'a.txt', Buffer.from('hello'));
  });
  afterAll(() => {
    receiver?.closeAllConnections();
    receiver?.close();
  });

  const at = (path: string): Call[] => calls.filter((call) => call.path === path);
  const get = async (path: string): Promise<Resource> => (await app.call<Resource>('GET', path)).body;
  /** Follows the resource until its callback is over. */
  async function untilTold(path: string): Promise<Resource> {
    for (;;) {
      const seen = await get(path);
      expect(JSON.stringify(seen)).not.toContain('s3cr3t');
      if (seen.callback === undefined || seen.callback.status !== 'pending') return seen;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  async function attach(name: string, callbackUrl: string): Promise<string> {
    const item = await app.outlook.createItem(`${mailbox}/messages`);
    return (await app.createUpload({ blob: 'uploads/a.txt', item, name, callbackUrl })).id;
  }
  /** What came, as a receiver reads it. */
  function verified({ headers, body }: Call): { type: string; data: Resource; subject: string } {
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(secrets[0]!).verify(`${body} `, headers)).toThrow();
    const event = HTTP.toEvent({ headers, body });
    const source = app.apiUrl.replace('127.0.0.1', 'localhost'); // as the host calls itself
    if (Array.isArray(event)) throw new Error('It is one event.');
    expect(event).toMatchObject({ specversion: '1.0', id: headers['webhook-id'], source });
    return event as unknown as { type: string; data: Resource; subject: string };
  }

  it('tell the end of an upload, signed by every secret', async () => {
    const id = await attach('told.txt', `${origin}/upload?token=s3cr3t`);
    const seen = await untilTold(`/api/uploads/${id}`);
    expect(seen).toMatchObject({
      status: 'succeeded',
      callback: { status: 'delivered', attempts: 1, lastStatus: 204 },
    });
    const [call] = at('/upload');
    const { type, data, subject } = verified(call!);
    expect([type, subject]).toEqual(['blobtooutlook.upload.succeeded', `/api/uploads/${id}`]);
    const { callback: _callback, ...resource } = seen;
    expect(data).toEqual(resource);
  });

  it('tell the end of a delivery, once for all of its files', async () => {
    const request = {
      mailbox,
      message: { subject: 'Told', toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] },
      attachments: [{ blob: 'uploads/a.txt' }, { blob: 'uploads/a.txt', name: 'b.txt' }],
      send: true,
      callbackUrl: `${origin}/delivery`,
    };
    const made = await app.call<Resource>('POST', '/api/deliveries', request);
    expect([made.status, made.body.callback]).toEqual([
      202,
      expect.objectContaining({ status: 'pending', attempts: 0 }),
    ]);
    const seen = await untilTold(`/api/deliveries/${made.body.id}`);
    expect([seen.status, seen.callback?.status]).toEqual(['succeeded', 'delivered']);
    expect(seen.uploads?.map(({ callback }) => callback)).toEqual([undefined, undefined]);
    expect(at('/delivery')).toHaveLength(1);
    const { type, data } = verified(at('/delivery')[0]!);
    expect([type, data]).toMatchObject([
      'blobtooutlook.delivery.succeeded',
      { sent: true, uploads: [{ name: 'a.txt' }, { name: 'b.txt' }] },
    ]);
  });

  it('tell a failure and a cancellation as well', async () => {
    const denied = { answer: { status: 403, code: 'ErrorAccessDenied' } };
    await app.faults({ on: { op: 'postAttachment', name: 'denied.txt' }, do: denied });
    const failed = await attach('denied.txt', `${origin}/failed`);
    await app.faults({ on: { op: 'postAttachment', name: 'slow.txt' }, do: { delayMs: 2_000 } });
    const cancelled = await attach('slow.txt', `${origin}/cancelled`);
    await app.call('DELETE', `/api/uploads/${cancelled}`);
    const ends = [await untilTold(`/api/uploads/${cancelled}`), await untilTold(`/api/uploads/${failed}`)];
    expect(ends.map((each) => each.callback?.status)).toEqual(['delivered', 'delivered']);
    for (const [path, end] of [['/cancelled', ends[0]!] as const, ['/failed', ends[1]!] as const])
      expect(verified(at(path)[0]!).type).toBe(`blobtooutlook.upload.${end.status}`);
    expect(ends[1]!.status).toBe('failed');
  });

  it('come again after a 500, also when the app was killed in between, as the same event with another timestamp', async () => {
    script.set('/again', [status(500)]);
    const id = await attach('again.txt', `${origin}/again`);
    while (at('/again').length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await app.kill9();
    await app.laptop.startHost();
    const seen = await untilTold(`/api/uploads/${id}`);
    expect(seen.callback).toMatchObject({ status: 'delivered', lastStatus: 204, nextAttemptAt: null });
    const [first, second] = at('/again');
    expect([second!.body, second!.headers['webhook-id']]).toEqual([first!.body, first!.headers['webhook-id']]);
    expect(second!.headers['webhook-timestamp']).not.toBe(first!.headers['webhook-timestamp']);
    verified(second!);
  });

  it('wait as long as Retry-After says', async () => {
    script.set('/busy', [status(503, { 'retry-after': '3600' })]);
    const id = await attach('busy.txt', `${origin}/busy`);
    for (;;) {
      const { callback } = await get(`/api/uploads/${id}`);
      if (callback?.lastStatus === 503) {
        expect([callback.status, callback.attempts]).toEqual(['pending', 1]);
        expect(Date.parse(callback.nextAttemptAt!) - at('/busy')[0]!.at).toBeGreaterThan(3_500_000);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  it('follow no redirect: it is a failure like others', async () => {
    script.set('/moved', [status(302, { location: `${origin}/elsewhere` })]);
    const id = await attach('moved.txt', `${origin}/moved`);
    expect((await untilTold(`/api/uploads/${id}`)).callback).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(at('/elsewhere')).toEqual([]);
  });

  it('end with 410', async () => {
    script.set('/gone', [status(410)]);
    const id = await attach('gone.txt', `${origin}/gone`);
    const { callback } = await untilTold(`/api/uploads/${id}`);
    expect(callback).toEqual({ status: 'failed', attempts: 1, lastStatus: 410, nextAttemptAt: null });
  });

  it('never reach an allowed host that resolves to a private address; the upload does not mind', async () => {
    const id = await attach(
      'private.txt',
      `${origin.replace('http:', 'https:').replace('127.0.0.1', 'localhost')}/private`,
    );
    const seen = await untilTold(`/api/uploads/${id}`);
    expect([seen.status, seen.callback]).toMatchObject(['succeeded', { status: 'failed', lastStatus: null }]);
    expect(at('/private')).toEqual([]);
  });

  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/metadata',
    'http://10.0.0.1/',
    'http://hooks.example.org/',
    'https://megan:s3cr3t@hooks.example.org/',
    'https://elsewhere.example/?token=s3cr3t',
  ])('are refused at once for %s', async (callbackUrl) => {
    const item = `${mailbox}/messages/AAMkAD=`;
    for (const [path, body] of [
      ['uploads', { blob: 'uploads/a.txt', item, callbackUrl }],
      ['deliveries', { item, attachments: [{ blob: 'uploads/a.txt' }], callbackUrl }],
    ] as const) {
      const answer = await app.call<{ code: string }>('POST', `/api/${path}`, body);
      expect([400, 403]).toContain(answer.status);
      expect(['InvalidRequest', 'CallbackNotAllowed']).toContain(answer.body.code);
      expect(JSON.stringify(answer.body)).not.toContain('s3cr3t');
    }
  });
});
