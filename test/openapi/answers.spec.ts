import { createHmac } from 'node:crypto';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerHeaders } from '../../src/functions/api/operation';
import { startApp, TestApp } from '../support/app';
import { document, faultsBy, faultsOfAnswer, Json, operationOf, operations } from './contract';

/** Every documented operation is called at every door, and every answer is held to the document. */

const item = 'users/megan@contoso.com/messages/AAMkADI5MAAIT3drCAAA=';
const key = 'nylas-key-of-the-test';
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const bearer = { authorization: `Bearer ${key}` };
const grants = '/v3/grants/megan@contoso.com';

interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Json & { id: string; code?: string; data: Json };
}
const called = new Map<string, Set<number>>();
let app: TestApp;
let receiver: Server | undefined;
const received: { headers: Record<string, unknown>; body: string }[] = [];

beforeAll(async () => {
  app = await startApp({
    settings: { NYLAS_API_KEYS: key, WEBHOOK_SECRETS: secret, SETTLE_SECONDS: '1', RANGE_SIZE: '327680' },
  });
  await app.putBlob('uploads', 'reports/q3.pdf', Buffer.alloc(5_000_000, 'q'));
  await app.putBlob('uploads', 'logo.png', Buffer.alloc(500, 'p'));
  await app.putBlob('uploads', 'empty.txt', Buffer.alloc(0));
  const props = { toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] };
  expect(await app.outlook.createItem(item, { props })).toBe(item);
  // what the examples of a delivery name
  const people = { ...props, from: { emailAddress: { address: 'alex@contoso.com' } } };
  await app.outlook.createItem('users/megan@contoso.com/messages/AAMkADI5RECEIVEDAAA=', {
    props: { ...people, isDraft: false },
  });
  const attendees = [{ emailAddress: { address: 'alex@contoso.com' }, type: 'required' }];
  await app.outlook.createItem('users/megan@contoso.com/events/AAMkADI5EVENTdrCAAA=', { props: { attendees } });
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver!.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  receiver?.closeAllConnections();
  receiver?.close();
});

/** One call, whose answer must be as documented. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Seen> {
  const operation = operationOf(method, path.split('?')[0] ?? '');
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(app.apiUrl + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...sent,
  });
  const text = await response.text();
  const { status } = response;
  expect(faultsOfAnswer(operation, { status, headers: response.headers, body: text })).toEqual([]);
  const documented = Object.keys(operation.operation.responses[String(status)]?.headers ?? {});
  const missing = documented.filter((name) => !optionalHeaders.has(name) && !response.headers.has(name));
  const unknown = Object.keys(answerHeaders).filter(
    (name) => response.headers.has(name) && !documented.includes(name) && name !== 'X-Request-Id',
  );
  expect([operation.id, status, missing, unknown]).toEqual([operation.id, status, [], []]);
  called.set(operation.id, (called.get(operation.id) ?? new Set()).add(status));
  const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json'); // a 304 has none
  return { status, headers: response.headers, json: (isJson ? JSON.parse(text) : {}) as Seen['json'] };
}
const optionalHeaders = new Set(['Retry-After', 'Idempotent-Replayed', 'Idempotent-Response', 'Preference-Applied']);

const examplesOf = (id: string): [string, unknown][] => {
  const { operation } = operations.find((each) => each.id === id)!;
  const { examples } = operation.requestBody!.content['application/json']!;
  return Object.entries(examples).map(([name, { value }]) => [name, value]);
};
/** Follows an upload or delivery by the document's own means. */
async function untilFinal(path: string): Promise<Seen> {
  for (;;) {
    const seen = await call('GET', path, undefined, { prefer: 'wait=10' });
    if (['succeeded', 'failed', 'cancelled'].includes(String(seen.json['status']))) return seen;
  }
}

describe.each(['/api', '/my'])('uploads and deliveries below %s', (door) => {
  it('run every example of an upload', async () => {
    for (const [name, value] of examplesOf('createUpload')) {
      const made = await call('POST', `${door}/uploads`, value, { 'idempotency-key': `${door} ${name}` });
      expect([name, made.status]).toEqual([name, 202]);
      const over = await untilFinal(`${door}/uploads/${made.json.id}`);
      expect([name, over.json['status'], over.json['error']]).toEqual([name, 'succeeded', undefined]);
    }
  });

  it('tell what was attached, and remove it', async () => {
    const [, file] = examplesOf('createUpload')[0]!;
    const { json } = await call('POST', `${door}/uploads`, file, { 'idempotency-key': `${door} file` });
    const path = `${door}/uploads/${json.id}`;
    const seen = await call('GET', path);
    expect((await call('GET', path, undefined, { 'if-none-match': seen.headers.get('etag')! })).status).toBe(304);
    expect((await call('GET', `${path}/attachment?$select=id,name`)).status).toBe(200);
    expect((await call('GET', `${path}/attachment?$select=contentBytes`)).json.code).toBe('InvalidRequest');
    expect((await call('GET', `${path}/attachment/$value`)).status).toBe(200);
    expect((await call('DELETE', path)).json.code).toBe('AlreadyFinished');
    expect((await call('POST', `${path}/retry`, {})).json.code).toBe('AlreadyFinished');
    expect((await call('DELETE', `${path}/attachment`)).status).toBe(204);
    expect((await call('GET', path)).json).toHaveProperty('removedAt');
  });

  it('cancel, and run every example of a retry', async () => {
    const body = { blob: 'uploads/reports/q3.pdf', item, duplicate: 'allow', name: `cancelled ${door.slice(1)}.pdf` };
    await app.faults({ on: { op: 'put', name: body.name, nth: 1 }, do: { delayMs: 2_000 } });
    const { json } = await call('POST', `${door}/uploads`, body);
    const path = `${door}/uploads/${json.id}`;
    expect((await call('POST', `${path}/retry`)).json.code).toBe('NotFinished');
    expect((await call('GET', `${path}/attachment`)).json.code).toBe('NotFinished');
    expect([200, 202]).toContain((await call('DELETE', path)).status);
    expect((await untilFinal(path)).json['status']).toBe('cancelled');
    expect((await call('DELETE', path)).status).toBe(200);
    for (const [name, value] of examplesOf('retryUpload')) {
      const again = await call('POST', `${path}/retry`, value, { 'idempotency-key': name });
      expect([again.status, again.json['retryOf']]).toEqual([202, json.id]);
      await untilFinal(`${door}/uploads/${again.json.id}`);
    }
  });

  it.each([
    ['POST', 'uploads', { item: 'x', blob: 7 }, 400],
    ['POST', 'uploads', '{', 400],
    ['POST', 'uploads', { blob: 'secret/a', item }, 403],
    ['POST', 'uploads', { blob: 'uploads/none', item }, 404],
    ['POST', 'uploads', { blob: 'uploads/logo.png', item, ifMatch: '"x"' }, 412],
    ['POST', 'uploads', { blob: 'uploads/empty.txt', item }, 422],
    ['POST', 'uploads', { blob: 'uploads/logo.png', item, callbackUrl: 'https://elsewhere.example/' }, 403],
    ['POST', 'uploads?dryRun=true', { blob: 'uploads/logo.png', item }, 200],
    ['POST', 'uploads?dryRun=true', { blob: 'uploads/logo.png', item: item.replace('AAMk', 'none') }, 404],
    ['GET', 'uploads?limit=2', undefined, 200],
    ['GET', 'uploads?limit=0&item=x', undefined, 400],
    ['GET', 'uploads/none', undefined, 404],
    ['DELETE', 'uploads/none', undefined, 404],
    ['GET', 'deliveries/none', undefined, 404],
    ['DELETE', 'deliveries/none', undefined, 404],
    ['POST', 'deliveries', { item, attachments: [] }, 400],
    ['POST', 'deliveries', { item, attachments: [{ blob: 'secret/a' }] }, 403],
    ['POST', 'deliveries', { reply: { to: item }, forward: { of: item, to: [] }, attachments: [{ blob: 'a/b' }] }, 400],
    ['POST', 'deliveries', { item, attachments: [{ blob: 'uploads/logo.png' }], notifyAttendees: true }, 400],
    ['GET', 'deliveries?reference=order%204711', undefined, 200],
    ['POST', 'files', { name: 'a/b' }, 400],
    ['POST', 'files', { name: 'a', size: 0 }, 422],
    ['GET', 'items?mailbox=users/megan@contoso.com&limit=3', undefined, 200],
    ['GET', 'items?mailbox=groups/1', undefined, 400],
  ])('%s %s %j: %i', async (method, path, body, status) => {
    expect((await call(method, `${door}/${path}`, body)).status).toBe(status);
  });

  it('are refused where the body is too long, or is no JSON by its type', async () => {
    const long = JSON.stringify({ name: 'x'.repeat(70_000) });
    expect((await call('POST', `${door}/uploads`, long)).status).toBe(413);
    expect((await call('POST', `${door}/deliveries`, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('run every example of a delivery, and cancel one that is over', async () => {
    for (const [name, value] of examplesOf('createDelivery')) {
      const own = { ...(value as Json) };
      if (own['send'] === true && own['item'] !== undefined) {
        // each door sends a draft of its own
        const props = { toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] };
        own['item'] = `users/megan@contoso.com/messages/AAMk${door.slice(1)}delivery=`;
        await app.outlook.createItem(own['item'] as string, { props });
      }
      const made = await call('POST', `${door}/deliveries`, own, { 'idempotency-key': `${door} ${name}` });
      expect([name, made.status, made.json.code]).toEqual([name, 202, undefined]);
      const over = await untilFinal(`${door}/deliveries/${made.json.id}`);
      const sent = own['send'] === true || own['notifyAttendees'] === true;
      expect([name, over.json['status'], over.json['sent'], over.json['error']]).toEqual([
        name,
        'succeeded',
        sent,
        undefined,
      ]);
      expect((await call('DELETE', `${door}/deliveries/${made.json.id}`)).json.code).toBe('AlreadyFinished');
    }
    const { json } = await call('POST', `${door}/deliveries`, {
      mailbox: 'users/megan@contoso.com',
      message: { subject: 'cancelled' },
      attachments: [{ blob: 'uploads/reports/q3.pdf' }],
    });
    expect([200, 202, 409]).toContain((await call('DELETE', `${door}/deliveries/${json.id}`)).status);
    await untilFinal(`${door}/deliveries/${json.id}`);
  });

  it('take a file', async () => {
    for (const [, value] of examplesOf('createFile'))
      expect((await call('POST', `${door}/files`, value)).status).toBe(201);
  });
});

it('what tells of the app itself', async () => {
  expect((await call('GET', '/api/health')).status).toBe(200);
  expect((await call('GET', '/api/health/details')).status).toBe(200);
  const { headers, json } = await call('GET', '/api/openapi.json');
  expect(json).toEqual(document);
  expect((await call('GET', '/api/openapi.json', undefined, { 'if-none-match': headers.get('etag')! })).status).toBe(
    304,
  );
  expect((await call('GET', '/api/docs')).status).toBe(200);
});

describe('the facade', () => {
  const post = (path: string, body: unknown, headers = {}) =>
    call('POST', `${grants}/${path}`, body, { ...bearer, ...headers });

  it('brings a large file, and sends it with a message', async () => {
    const [, example] = examplesOf('nylasCreateSession')[0]!;
    const { json } = await post('attachment-uploads', { ...(example as Json), size: 5 });
    const {
      attachment_id: id,
      url,
      headers,
    } = json.data as { attachment_id: string; url: string; headers: Record<string, string> };
    expect((await post(`attachment-uploads/${id}/complete`, {})).status).toBe(422);
    expect(
      (await fetch(url, { method: 'PUT', body: 'hello', headers: { ...headers, 'x-ms-blob-type': 'BlockBlob' } })).ok,
    ).toBe(true);
    expect((await post(`attachment-uploads/${id}/complete`, {})).status).toBe(200);
    expect((await post(`attachment-uploads/${id}/complete`, {})).status).toBe(409);
    const message = { to: [{ email: 'alex@contoso.com' }], attachments: [{ id }] };
    expect((await post('messages/send', message, { 'idempotency-key': 'k' })).status).toBe(200);
    const again = await post('messages/send', message, { 'idempotency-key': 'k' });
    expect([again.status, again.headers.get('idempotent-response')]).toEqual([200, 'true']);
  });

  it('runs every example of a message, makes and sends a draft, and tells its schedule', async () => {
    for (const [, value] of examplesOf('nylasSendMessage'))
      expect((await post('messages/send', value)).status).toBe(200);
    for (const [, value] of examplesOf('nylasCreateDraft')) {
      const draft = await post('drafts', value);
      expect(draft.status).toBe(200);
      const sent = await post(`drafts/${encodeURIComponent(String(draft.json.data['id']))}`, {});
      expect([200, 202]).toContain(sent.status);
    }
    await app.faults({ on: { op: 'send', nth: 1 }, do: { delayMs: 100 } });
    const list = await app.call<{ value: { id: string }[] }>('GET', '/api/deliveries?limit=1');
    const schedule = await call('GET', `${grants}/messages/schedules/${list.body.value[0]!.id}`, undefined, bearer);
    expect([200, 404]).toContain(schedule.status);
  });

  it.each([
    ['POST', 'drafts', { to: 7 }, 400],
    ['POST', 'messages/send', {}, 400],
    ['POST', 'attachment-uploads', {}, 400],
    ['POST', 'messages/send', { to: [{ email: 'a@b.c' }], attachments: [{ id: 'none' }] }, 400],
    ['POST', 'attachment-uploads/none/complete', {}, 404],
    ['GET', 'messages/schedules/none', undefined, 404],
  ])('refuses %s %s %j: %i', async (method, path, body, status) => {
    const answer = await call(method, `${grants}/${path}`, body, bearer);
    expect(answer.status).toBe(status);
  });

  it('asks for its key', async () => {
    for (const { method, path } of operations.filter((each) => each.path.startsWith('/v3/')))
      expect(
        (await call(method, path.replace('{grant}', 'a@b.c').replace('{id}', 'x'), method === 'POST' ? {} : undefined))
          .status,
      ).toBe(401);
  });
});

it('a callback is what the document says', async () => {
  const { port } = receiver!.address() as AddressInfo;
  const callbackUrl = `http://127.0.0.1:${port}/hook?token=s3cr3t`;
  const body = { blob: 'uploads/logo.png', item, name: 'told.png', callbackUrl };
  const { json } = await call('POST', '/api/uploads', body);
  expect(json['callback']).toMatchObject({ status: 'pending', attempts: 0 });
  await untilFinal(`/api/uploads/${json.id}`);
  while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 200));
  const { headers, body: event } = received[0]!;
  expect(faultsBy({ $ref: '#/components/schemas/CloudEvent' }, JSON.parse(event))).toEqual([]);
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${event}`;
  const hmac = createHmac('sha256', Buffer.alloc(32, 5)).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${hmac}`);
  for (;;) {
    const { json: upload } = await call('GET', `/api/uploads/${json.id}`);
    expect(JSON.stringify(upload)).not.toContain('s3cr3t');
    if ((upload['callback'] as Json)['status'] === 'delivered') break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}, 180_000);

it('no documented operation was left out', () => {
  const succeeded = (id: string): boolean => [...(called.get(id) ?? [])].some((status) => status < 300);
  const schedule = 'nylasGetSchedule'; // a send that takes longer than a call is a test of its own
  expect(operations.map(({ id }) => id).filter((id) => !succeeded(id) && id !== schedule)).toEqual([]);
});
