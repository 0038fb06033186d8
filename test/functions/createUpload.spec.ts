import { createUpload } from '../../src/functions/api/createUpload';
import { guarded } from '../../src/functions/api/serve';
import type { Dependencies } from '../../src/dependencies';
import type { DurableClient } from 'durable-functions';
import { Call, context, headersOf, httpRequest, jsonOf, logged, world, World } from './support/world';

const body = { blob: 'uploads/reports/q3.pdf', item: 'users/megan@contoso.com/messages/AAMkAD=' };
const link = {
  '@odata.type': '#microsoft.graph.referenceAttachment',
  name: 'plan',
  sourceUrl: 'https://example.org/p',
};
const itemType = '#microsoft.graph.itemAttachment';
const typeOf = '/resource/@odata.type';
const resource = (changes: object) => ({ item: body.item, resource: { ...link, ...changes } });

describe('POST /api/uploads', () => {
  let w: World;
  beforeEach(() => {
    w = world();
    w.putBlob('uploads/reports/q3.pdf');
  });
  const post = (call: Call) => {
    const deps = { ...w.deps, instances: () => w.deps.instances } as unknown as Dependencies;
    const client = undefined as unknown as DurableClient; // only the fake instances see it
    return guarded(createUpload, {}, () => deps)(httpRequest({ method: 'POST', ...call }), client, context);
  };
  const faultsOf = async (call: Call): Promise<[number, string, unknown]> => {
    const response = await post(call);
    const { code, errors } = jsonOf(response) as { code: string; errors?: { pointer: string }[] };
    return [response.status ?? 0, code, errors?.map(({ pointer }) => pointer).sort()];
  };

  it('answers 202 with the upload, where it is, and when to ask', async () => {
    const response = await post({ json: { ...body, contentId: 'logo', isInline: true } });
    const upload = jsonOf(response);
    expect(response.status).toBe(202);
    expect(headersOf(response)).toMatchObject({ location: `/api/uploads/${String(upload['id'])}`, 'retry-after': '1' });
    expect(headersOf(response)['idempotent-replayed']).toBeUndefined();
    expect(upload).toMatchObject({
      ...body,
      status: 'queued',
      name: 'q3.pdf',
      contentType: 'application/pdf',
      isInline: true,
      contentId: 'logo',
      size: 12_582_912,
      reference: null,
      source: 'http',
      progress: { bytesSent: 0, bytesTotal: 12_582_912, percent: 0 },
      warnings: [],
      createdAt: '2026-11-22T09:00:00.000Z',
      links: { self: `/api/uploads/${String(upload['id'])}`, cancel: `/api/uploads/${String(upload['id'])}` },
    });
  });

  it('refuses halves of characters, which would come back as something else', async () => {
    const half = '\ud800';
    const call = { json: { blob: `uploads/${half}`, item: body.item, name: half, contentId: half, reference: half } };
    expect(await faultsOf(call)).toEqual([400, 'InvalidRequest', ['/blob', '/contentId', '/name', '/reference']]);
    const { errors } = jsonOf(await post(call)) as { errors: { detail: string }[] };
    expect(errors.map(({ detail }) => /half of a character/.test(detail))).toEqual([true, true, true, true]);
  });

  it('refuses JSON that is nested too deep to be compared or passed on', async () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const text = JSON.stringify({ item: body.item, resource: { ...link, deep: 'here' } });
    const faults = (levels: number) =>
      faultsOf({ text: text.replace('"here"', nested(levels)), headers: { 'content-type': 'application/json' } });
    expect(await faults(100_000)).toEqual([400, 'InvalidRequest', ['']]);
    expect((await faults(50))[0]).toBe(202);
  });

  it('tells at most a hundred faults', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, 1]));
    const [status, code, pointers] = await faultsOf({ json: { ...body, ...many } });
    expect([status, code, (pointers as string[]).length]).toEqual([400, 'InvalidRequest', 100]);
  });

  it('answers the same key with the same upload as it is now, whatever the order and spaces of the body', async () => {
    const headers = { 'idempotency-key': 'order 4711 ~' };
    const first = jsonOf(await post({ json: body, headers }));
    w.runs(String(first['id']), { bytesSent: 6_291_456 });
    const text = `{ "item": "${body.item}",\n "blob": "${body.blob}" }`;
    const again = await post({ text, headers });
    expect([again.status, headersOf(again)['idempotent-replayed']]).toEqual([202, 'true']);
    expect(jsonOf(again)).toMatchObject({ id: first['id'], status: 'running', progress: { percent: 50 } });
    expect(await faultsOf({ json: { ...body, name: 'x' }, headers })).toEqual([422, 'IdempotencyKeyReused', undefined]);
  });

  it('tells all faults of form together', async () => {
    const json = {
      blob: 'https://evil.example/uploads/x?sig=s3cr3t',
      item: 'users/megan@contoso.com/mesages/A',
      name: 'x'.repeat(256),
      isInline: 'yes',
      duplicate: 'never',
      callbackUrl: 'http://example.org',
      ifMatch: 5,
      colour: 'red',
      'a/b~c': 1,
    };
    const headers = { 'idempotency-key': 'ä' };
    expect(await faultsOf({ json, headers })).toEqual([
      400,
      'InvalidRequest',
      [
        '/a~1b~0c',
        '/blob',
        '/callbackUrl',
        '/colour',
        '/duplicate',
        '/ifMatch',
        '/isInline',
        '/item',
        '/name',
        'Idempotency-Key',
      ].sort(),
    ]);
    expect(JSON.stringify(jsonOf(await post({ json, headers })))).not.toContain('s3cr3t');
  });

  it('names an item that is none by its own code, with the segment that is wrong', async () => {
    const response = await post({ json: { ...body, item: 'users/megan@contoso.com/mesages/A' } });
    expect(jsonOf(response)).toMatchObject({
      code: 'InvalidItem',
      status: 400,
      instance: '/api/uploads',
      requestId: 'invocation-1',
      retryable: false,
      errors: [{ pointer: '/item' }],
    });
    expect(String(jsonOf(response)['detail'])).toContain('mesages');
    expect(headersOf(response)['content-type']).toBe('application/problem+json');
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['/blob', '/item']],
    ['a list', [], ['']],
    ['null', null, ['']],
    ['a text', 'x', ['']],
    ['wrong types', { blob: 1, item: null }, ['/blob', '/item']],
    ['blob and resource', { ...body, resource: { ...link } }, ['/resource']],
    ['a resource of no kind', { item: body.item, resource: {} }, ['/resource/@odata.type', '/resource/name']],
    ['a kind with a file as a resource', resource({ '@odata.type': '#microsoft.graph.fileAttachment' }), [typeOf]],
    ['a resource without a name', resource({ name: undefined }), ['/resource/name']],
    ['a resource with a name that is none', resource({ name: 5 }), ['/resource/name']],
    ['a link that leads nowhere', resource({ sourceUrl: undefined }), ['/resource/sourceUrl']],
    ['an item attachment without its item', resource({ '@odata.type': itemType }), ['/resource/item']],
    [
      'an item that cannot be attached',
      resource({ '@odata.type': itemType, item: { '@odata.type': '#microsoft.graph.todoTask' } }),
      ['/resource/item/@odata.type'],
    ],
    [
      'what only a file has beside a resource',
      { ...resource({}), ifMatch: '"1"', contentType: 'text/plain', contentId: 'c' },
      ['/contentId', '/contentType', '/ifMatch'],
    ],
    ['no name where the blob gives none', { ...body, blob: 'uploads/folder/' }, ['/name']],
    ['an empty name', { ...body, name: '' }, ['/name']],
    ['a name with a line break', { ...body, name: 'a\nb' }, ['/name']],
    ['a content type that is none', { ...body, contentType: 'pdf' }, ['/contentType']],
    ['a reference that is too long', { ...body, reference: 'x'.repeat(257) }, ['/reference']],
    [
      'fields from a prototype',
      JSON.parse(`{"blob":"${body.blob}","item":"${body.item}","__proto__":{}}`),
      ['/__proto__'],
    ],
  ])('refuses %s', async (_what, json, pointers) => {
    expect(await faultsOf({ json })).toEqual([400, 'InvalidRequest', pointers]);
    expect([w.started, w.records.all.size]).toEqual([[], 0]);
  });

  it.each([
    ['not JSON', { text: '{"blob":' }, 400, 'InvalidRequest'],
    ['another content type', { text: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'UnsupportedMediaType'],
    ['no body', {}, 415, 'UnsupportedMediaType'],
    ['a body over 4 MiB', { text: ' '.repeat(4_194_305) }, 413, 'RequestTooLarge'],
    ['a length over 4 MiB', { text: '{}', headers: { 'content-length': '4194305' } }, 413, 'RequestTooLarge'],
    ['an empty key', { json: body, headers: { 'idempotency-key': '' } }, 400, 'InvalidRequest'],
    ['a key that is too long', { json: body, headers: { 'idempotency-key': 'k'.repeat(257) } }, 400, 'InvalidRequest'],
    ['an item that is too long', { json: { ...body, item: `${body.item}${'A'.repeat(2048)}` } }, 400, 'InvalidItem'],
    ['another container', { json: { ...body, blob: 'secret/x' } }, 403, 'ContainerNotAllowed'],
    ['another mailbox', { json: { ...body, item: 'users/a@evil.org/messages/A' } }, 403, 'MailboxNotAllowed'],
    ['a callback', { json: { ...body, callbackUrl: 'https://example.org/h' } }, 403, 'CallbackNotAllowed'],
    ['a blob that is not there', { json: { ...body, blob: 'uploads/none' } }, 404, 'BlobNotFound'],
    ['a version that is gone', { json: { ...body, ifMatch: '"0x9"' } }, 412, 'BlobChanged'],
  ] as const)('refuses %s', async (_what, call, status, code) => {
    expect((await faultsOf(call)).slice(0, 2)).toEqual([status, code]);
    expect([w.started, w.records.all.size]).toEqual([[], 0]);
  });

  it('takes JSON with a charset, and the blob by its URL', async () => {
    const json = { ...body, blob: 'http://127.0.0.1:10000/devstoreaccount1/uploads/reports%2Fq3.pdf' };
    const response = await post({ json, headers: { 'content-type': 'Application/JSON; charset=utf-8' } });
    expect([response.status, jsonOf(response)['blob']]).toEqual([202, body.blob]);
  });

  it('answers a fault of ours with a problem, and logs it without what may be secret', async () => {
    w.deps.records.insert = () => Promise.reject(new TypeError('?sig=s3cr3t'));
    expect(await faultsOf({ json: body })).toEqual([500, 'Internal', undefined]);
    expect([logged.join().includes('TypeError'), logged.join().includes('s3cr3t')]).toEqual([true, false]);
  });

  it('answers 503 with every problem of the settings while there are any', async () => {
    const problems = [
      { name: 'RANGE_SIZE', detail: 'a' },
      { name: 'UPLOAD_URL_KEY', detail: 'b' },
    ];
    Object.assign(w.deps, { problems });
    expect(await faultsOf({ json: body })).toEqual([503, 'NotConfigured', ['RANGE_SIZE', 'UPLOAD_URL_KEY']]);
  });
});
