import { createHash } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import type { AttachmentApi } from '../../../src/core/wire/ports';
import type { UploadEnd, UploadRecord } from '../../../src/core/upload/record';
import type { WireReply } from '../../../src/core/wire/reply';
import { getAttachment } from '../../../src/functions/api/getAttachment';
import { getAttachmentValue } from '../../../src/functions/api/getAttachmentValue';
import { removeUploadAttachment } from '../../../src/functions/api/removeUploadAttachment';
import { guarded, Handler } from '../../../src/functions/api/serve';
import { activeRecord, ended } from '../support/sampleRecord';
import { Call, context, headersOf, httpRequest, jsonOf, World, world } from '../support/world';

const graphPath = 'users/megan%40contoso.com/messages/AAMkAD%3D/attachments/AAMkATT%3D';
const attachment = { id: 'AAMkATT=', location: graphPath, sha256: 'ab', verified: true, method: 'post' as const };
const metadata = { id: 'AAMkATT=', name: 'q3.pdf', contentType: 'application/pdf', size: 12_583_100, isInline: false };
const reply = (status: number, more: object = {}): WireReply => ({ kind: 'reply', status, requestId: 'ms-1', ...more });

describe('the attachment of an upload', () => {
  let w: World;
  let asked: string[];
  let answers: { metadata: WireReply; value: Awaited<ReturnType<AttachmentApi['value']>>; remove: WireReply };
  beforeEach(() => {
    w = world();
    asked = [];
    const value = { kind: 'value', bytes: Buffer.from('content'), contentType: 'application/pdf' } as const;
    answers = { metadata: reply(200, { json: metadata }), value, remove: reply(204) };
  });
  const attachments = {
    metadata: async (_item: unknown, id: string, select: string | undefined) => {
      asked.push(`metadata ${id} ${select ?? '-'}`);
      return answers.metadata;
    },
    value: async (_item: unknown, id: string, most: number) => {
      asked.push(`value ${id} ${most}`);
      return answers.value;
    },
    remove: async (_item: unknown, id: string) => {
      asked.push(`remove ${id}`);
      return answers.remove;
    },
  } as AttachmentApi;
  const insert = async (change: (record: UploadRecord) => UploadRecord): Promise<string> => {
    const id = w.deps.newId();
    await w.records.insert(change(activeRecord(id, { name: "q3 “final” (1)'s.pdf" })));
    return id;
  };
  const succeeded = (end: Partial<UploadEnd> = {}, changes: Partial<UploadRecord['request']> = {}) =>
    insert((record) => {
      const request = { ...record.request, sizeBytes: 7, ...changes };
      const done = ended({ ...record, request }, 'succeeded', w.deps.clock());
      return { ...done, end: { ...done.end!, attachment, ...end } };
    });
  const call = async (handler: Handler, id: string, more: Call = {}): Promise<HttpResponseInit> => {
    const deps = { ...w.deps, attachments, instances: () => w.deps.instances };
    const request = httpRequest({
      path: `/api/uploads/${id}/attachment`,
      ...more,
      params: { id, part: '$value', ...more.params },
    });
    return guarded(handler, {}, () => deps)(request, {} as never, context);
  };
  const get = (id: string, query = '') => call(getAttachment, id, { path: `/api/uploads/${id}/attachment${query}` });

  it('is told with the metadata that Graph has, and its Graph path', async () => {
    const response = await get(await succeeded());
    expect([response.status, jsonOf(response)]).toEqual([200, { ...metadata, graphPath }]);
    expect(asked).toEqual(['metadata AAMkATT= -']);
  });

  it('passes $select through', async () => {
    answers.metadata = reply(200, { json: { id: 'AAMkATT=', size: 1 } });
    const response = await get(await succeeded(), '?$select=id,size&code=key');
    expect(jsonOf(response)).toEqual({ id: 'AAMkATT=', size: 1, graphPath });
    expect(asked).toEqual(['metadata AAMkATT= id,size']);
  });

  it.each([
    '?$select=id,contentBytes',
    '?$select=*',
    '?$select=',
    '?$select=microsoft.graph.fileAttachment/ContentBytes',
    '?$expand=item',
    '?x=1',
  ])('refuses what is not asked of it, before anybody is asked: %s', async (query) => {
    const response = await get(await succeeded(), query);
    expect([response.status, jsonOf(response)['code']]).toEqual([400, 'InvalidRequest']);
    expect(asked).toEqual([]);
  });

  it('says so where Graph does not know what $select names', async () => {
    answers.metadata = reply(400, { json: { error: { code: 'RequestBroker--ParseUri', message: 'no contentId' } } });
    const response = await get(await succeeded(), '?$select=contentId');
    expect([response.status, jsonOf(response)['errors']]).toEqual([
      400,
      [expect.objectContaining({ pointer: '$select' })],
    ]);
  });

  it('gives its bytes, to be saved and not to be shown', async () => {
    const response = await call(getAttachmentValue, await succeeded());
    expect([response.status, Buffer.from(response.body as Uint8Array).toString()]).toEqual([200, 'content']);
    expect(headersOf(response)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition':
        'attachment; filename="q3 ?final? (1)\'s.pdf"; ' +
        "filename*=UTF-8''q3%20%E2%80%9Cfinal%E2%80%9D%20%281%29%27s.pdf",
      'x-content-type-options': 'nosniff',
    });
    expect(asked).toEqual(['value AAMkATT= 16777216']);
  });

  const page = Buffer.from('<html>Sign in</html>');
  const value = (bytes: Buffer, contentType = 'application/pdf') => ({ kind: 'value', bytes, contentType }) as const;
  const digest = createHash('sha256').update('content').digest('hex');

  it.each<[string, ReturnType<typeof value>, Partial<NonNullable<UploadEnd['attachment']>>, object, number]>([
    ['nothing', value(Buffer.alloc(0)), {}, {}, 503],
    ['less than the file', value(Buffer.from('conten')), {}, {}, 503],
    ['a page that is shorter', value(page, 'text/html'), {}, { sizeBytes: 1000 }, 503],
    ['a page that is longer', value(page, 'text/html; charset=utf-8'), { sha256: null }, {}, 503],
    ['a page of the same length', value(page, 'text/html'), { sha256: digest }, { sizeBytes: page.length }, 503],
    ['the file under the type of a page', value(Buffer.from('content'), 'text/html'), { sha256: digest }, {}, 200],
    ['the same where no digest is known', value(Buffer.from('content'), 'text/html'), { sha256: null }, {}, 200],
    ['a page that was attached', value(page, 'text/html'), {}, { contentType: 'text/html' }, 200],
    ['nothing of a resource', value(Buffer.alloc(0)), {}, { sizeBytes: null }, 200],
  ])('is given where it came whole, not where the service gives %s', async (_what, answer, about, changes, status) => {
    answers.value = answer;
    const id = await succeeded({ attachment: { ...attachment, ...about } }, changes);
    const response = await call(getAttachmentValue, id);
    expect(response.status).toBe(status);
    if (status === 503) {
      expect(jsonOf(response)).toMatchObject({ code: 'ServiceUnavailable', retryable: true });
      expect(headersOf(response)['retry-after']).toBe('5');
    }
  });

  it('of more than 16 MiB is to be read from Graph itself, at the path that is told', async () => {
    const large = await insert((record) => {
      const done = ended({ ...record, request: { ...record.request, sizeBytes: 16_777_217 } }, 'succeeded', 1);
      return { ...done, end: { ...done.end!, attachment } };
    });
    const byRecord = await call(getAttachmentValue, large);
    expect(asked).toEqual([]);
    answers.value = { kind: 'tooLarge' };
    const byService = await call(getAttachmentValue, await succeeded());
    for (const response of [byRecord, byService]) {
      expect([response.status, jsonOf(response)['code']]).toEqual([413, 'AttachmentTooLarge']);
      expect(jsonOf(response)['detail']).toContain(graphPath);
    }
  });

  it('has no other part', async () => {
    const response = await call(getAttachmentValue, await succeeded(), { params: { part: 'value' } });
    expect([response.status, jsonOf(response)['code'], asked]).toEqual([404, 'RouteNotFound', []]);
  });

  it('has no bytes where it is a link', async () => {
    answers.value = reply(405);
    const response = await call(getAttachmentValue, await succeeded());
    expect([response.status, jsonOf(response)['code']]).toEqual([422, 'AttachmentKindNotSupported']);
  });

  it('is taken off its item, also when it is gone already', async () => {
    const id = await succeeded();
    expect(await call(removeUploadAttachment, id)).toEqual({ status: 204 });
    answers.remove = reply(404);
    expect(await call(removeUploadAttachment, id)).toEqual({ status: 204 });
    expect(asked).toEqual(['remove AAMkATT=', 'remove AAMkATT=']);
  });

  const handlers: [string, Handler][] = [
    ['GET', getAttachment],
    ['GET $value', getAttachmentValue],
    ['DELETE', removeUploadAttachment],
  ];

  it.each(handlers)('is not there before success: %s', async (_, handler) => {
    const active = await insert((record) => record);
    const failed = await insert((record) => ended(record, 'failed', 1));
    const cancelled = await insert((record) => ended(record, 'cancelled', 1));
    for (const id of [active, failed, cancelled]) {
      const response = await call(handler, id);
      expect([response.status, jsonOf(response)['code']]).toEqual([409, 'NotFinished']);
    }
    for (const id of [w.deps.newId(), '..', 'x']) {
      const response = await call(handler, id);
      expect([response.status, jsonOf(response)['code']]).toEqual([404, 'UploadNotFound']);
    }
    expect(asked).toEqual([]);
  });

  it.each(handlers)('cannot be asked for where the service gave no id: %s', async (_, handler) => {
    const id = await succeeded({ attachment: { ...attachment, id: null, location: null } });
    const response = await call(handler, id);
    expect([response.status, jsonOf(response)['code']]).toEqual([422, 'AttachmentKindNotSupported']);
    expect(jsonOf(response)['detail']).not.toContain('reply');
    const item = 'groups/g1/threads/AAQkT=';
    const reply = await succeeded({ attachment: { ...attachment, id: null, location: null } }, { item });
    expect(jsonOf(await call(handler, reply))['detail']).toContain('it went into a reply');
  });

  it.each<[WireReply, number, string, string | undefined]>([
    [reply(403, { json: { error: { code: 'ErrorAccessDenied' } } }), 403, 'AccessDenied', undefined],
    [reply(401), 403, 'AccessDenied', undefined],
    [reply(403, { json: { error: { code: 'ErrorMailboxMoveInProgress' } } }), 503, 'ServiceUnavailable', '5'],
    [reply(404, { json: { error: { code: 'MailboxNotEnabledForRESTAPI' } } }), 404, 'MailboxUnavailable', undefined],
    [reply(404, { json: { error: { code: 'ErrorInvalidMailboxItemId' } } }), 404, 'ItemNotFound', undefined],
    [reply(429, { retryAfter: '17.2' }), 503, 'Throttled', '18'],
    [reply(429), 503, 'Throttled', '5'],
    [reply(503, { retryAfter: '9' }), 503, 'ServiceUnavailable', '9'],
    [reply(500), 503, 'ServiceUnavailable', '5'],
    [{ kind: 'fault', fault: 'reset' }, 503, 'ServiceUnavailable', '5'],
    [{ kind: 'fault', fault: 'timeout' }, 503, 'ServiceUnavailable', '5'],
    [{ kind: 'fault', fault: 'noToken' }, 503, 'ServiceUnavailable', '5'],
  ])('tells what the service answers late: %j is %i %s', async (answer, status, code, retryAfter) => {
    answers = { metadata: answer, value: answer, remove: answer };
    const id = await succeeded();
    for (const [, handler] of handlers) {
      const response = await call(handler, id);
      expect([response.status, jsonOf(response)['code']]).toEqual([status, code]);
      expect(headersOf(response)['retry-after']).toBe(retryAfter);
      if (answer.kind === 'reply') expect(jsonOf(response)['serviceRequestId']).toBe('ms-1');
    }
  });

  it('that is gone, or whose item is, is not found', async () => {
    answers = { ...answers, metadata: reply(404), value: reply(404) };
    const id = await succeeded();
    for (const handler of [getAttachment, getAttachmentValue]) {
      const response = await call(handler, id);
      expect([response.status, jsonOf(response)['code']]).toEqual([404, 'ItemNotFound']);
    }
  });
});
