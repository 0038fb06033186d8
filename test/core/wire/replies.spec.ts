import fc from 'fast-check';
import type { Outcome } from '../../../src/core/upload/machine/outcome';
import { Call, readReply } from '../../../src/core/wire/replies';
import type { WireReply } from '../../../src/core/wire/reply';

const now = Date.parse('2026-11-22T09:00:00Z');
const calls: Call[] = ['list', 'post', 'createSession', 'put', 'status', 'cancelSession', 'value', 'remove'];
const error = (code: string, message = ''): unknown => ({ error: { code, message } });
const read = (call: Call, status: number, more: Partial<Extract<WireReply, { kind: 'reply' }>> = {}): unknown =>
  readReply(call, { kind: 'reply', status, ...more }, 10, now);

const detailOf = (said: Outcome): string => (said.kind === 'refused' ? said.problem.detail : '');

describe('what a reply means', () => {
  it.each<[Call, number, object, object]>([
    ['put', 200, { json: { nextExpectedRanges: ['4-'] } }, { kind: 'accepted', missing: [{ start: 4, end: 9 }] }],
    ['put', 200, { json: {} }, { kind: 'accepted' }],
    ['put', 200, {}, { kind: 'uncertain' }], // no JSON: somebody else answered
    ['put', 201, { location: "https://h/Attachments('A=')" }, { kind: 'completed', attachmentId: 'A=' }],
    ['put', 201, {}, { kind: 'completed' }],
    ['put', 401, {}, { kind: 'incident' }],
    ['put', 404, { json: error('ErrorItemNotFound') }, { kind: 'lost' }],
    ['put', 410, {}, { kind: 'lost' }],
    ['put', 416, { json: error('invalidRange') }, { kind: 'misplaced' }],
    ['put', 400, { json: error('invalidRange') }, { kind: 'misplaced' }],
    ['put', 503, {}, { kind: 'uncertain' }],
    ['put', 503, { retryAfter: '5' }, { kind: 'uncertain', retryAfterMs: 5000 }],
    ['post', 201, { json: { id: 'A=' } }, { kind: 'completed', attachmentId: 'A=' }],
    ['post', 201, {}, { kind: 'completed' }],
    ['post', 202, {}, { kind: 'replied' }],
    ['post', 413, {}, { kind: 'wrongWay' }],
    ['post', 400, { json: error('BadRequest', 'Maximum request length exceeded.') }, { kind: 'wrongWay' }],
    ['post', 404, {}, { kind: 'notFound' }],
    ['post', 500, {}, { kind: 'uncertain' }],
    ['createSession', 201, {}, { kind: 'uncertain' }],
    ['createSession', 400, { json: error('ErrorAttachmentSizeShouldNotBeLessThanMinimumSize') }, { kind: 'wrongWay' }],
    ['createSession', 404, {}, { kind: 'notFound' }],
    ['status', 200, { json: { NextExpectedRanges: ['4'] } }, { kind: 'expects', missing: [{ start: 4, end: 9 }] }],
    ['status', 200, {}, { kind: 'noStatus' }],
    ['status', 404, {}, { kind: 'noStatus' }],
    ['status', 405, {}, { kind: 'noStatus' }],
    ['cancelSession', 204, {}, { kind: 'cancelled' }],
    ['cancelSession', 404, {}, { kind: 'cancelled' }],
    ['cancelSession', 410, {}, { kind: 'cancelled' }],
    ['cancelSession', 500, {}, { kind: 'uncertain' }],
    ['remove', 204, {}, { kind: 'removed' }],
    ['remove', 404, {}, { kind: 'removed' }],
    ['value', 404, {}, { kind: 'notFound' }],
    ['list', 429, {}, { kind: 'throttled' }],
    ['list', 429, { retryAfter: '2.128' }, { kind: 'throttled', retryAfterMs: 2128 }],
    [
      'put',
      429,
      { retryAfter: '1', json: error('ApplicationThrottled', 'over its IncomingBytes limit.') },
      { kind: 'throttled', retryAfterMs: 60_000 },
    ],
  ])('%s answered %i %j', (call, status, more, outcome) => {
    expect(read(call, status, more)).toEqual(outcome);
  });

  it.each<[Call, number, string, string]>([
    ['createSession', 403, 'ErrorAccessDenied', 'AccessDenied'],
    ['put', 403, 'ErrorAccessDenied', 'AccessDenied'],
    ['createSession', 401, 'InvalidAuthenticationToken', 'AccessDenied'],
    ['cancelSession', 401, 'InvalidAudienceForResource', 'AccessDenied'],
    ['put', 400, 'ErrorMessageSizeExceeded', 'MessageSizeExceeded'],
    ['put', 413, 'ErrorMessageSizeExceeded', 'MessageSizeExceeded'],
    ['put', 413, '', 'MessageSizeExceeded'],
    ['createSession', 405, 'ErrorAttachmentSessionIsSupportedOnlyForFileAttachments', 'AttachmentKindNotSupported'],
    ['post', 422, 'UnprocessableType', 'Internal'],
  ])('%s answered %i %s is refused as %s', (call, status, code, told) => {
    expect(read(call, status, { json: error(code) })).toMatchObject({ kind: 'refused', problem: { code: told } });
  });

  it('is always an outcome, whatever the service says, and a 5xx never an end', () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.string().map((code) => error(code, code)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...calls), fc.integer({ min: 200, max: 599 }), json, (call, status, body) => {
        const outcome = readReply(call, { kind: 'reply', status, json: body }, 10, now);
        expect(typeof outcome.kind).toBe('string');
        if (status >= 500 && status !== 507 && outcome.kind === 'refused') {
          expect(['MessageSizeExceeded', 'AttachmentKindNotSupported', 'ServiceUnavailable']).toContain(
            outcome.problem.code,
          );
        }
      }),
    );
  });

  it('keeps Microsoft’s request id, and no text of the service', () => {
    const secret = 'https://outlook.office.com/x?authtoken=secret';
    const said = read('put', 403, { requestId: 'r-1', json: error(secret, secret) });
    expect(said).toMatchObject({ requestId: 'r-1' });
    expect(JSON.stringify(said)).not.toContain('secret');
  });
});

describe('no reply', () => {
  it.each(['reset', 'timeout'] as const)('by %s leaves it open', (fault) => {
    for (const call of calls) expect(readReply(call, { kind: 'fault', fault }, 10, now)).toEqual({ kind: 'uncertain' });
  });
  it('for want of a token means that nothing was sent', () => {
    expect(readReply('post', { kind: 'fault', fault: 'noToken' }, 10, now)).toEqual({ kind: 'notSent' });
  });
  it.each<[Call, string]>([
    ['put', 'UPLOAD_HOSTS'],
    ['list', 'GRAPH_ENDPOINT'],
  ])('to %s because the URL was not followed is a wrong setting, named in whole sentences', (call, setting) => {
    const said = readReply(call, { kind: 'fault', fault: 'blocked', detail: 'The host is x.' }, 10, now);
    expect(said).toMatchObject({ kind: 'refused', problem: { code: 'NotConfigured' } });
    expect(detailOf(said)).toContain(setting);
    expect(detailOf(said)).not.toContain('..');
  });
  it.each<[Call, string, string]>([
    ['put', 'ServiceUnavailable', 'proxy'],
    ['post', 'NotConfigured', 'GRAPH_ENDPOINT'],
  ])('but a redirect of %s is refused as %s: no setting makes us follow it', (call, code, remedy) => {
    const said = readReply(call, { kind: 'fault', fault: 'redirected', host: 'login.example.org' }, 10, now);
    expect(said).toMatchObject({ kind: 'refused', problem: { code } });
    expect(detailOf(said)).toContain('login.example.org');
    expect(detailOf(said)).toContain(remedy);
    expect(detailOf(said)).not.toContain('UPLOAD_HOSTS');
  });
});
