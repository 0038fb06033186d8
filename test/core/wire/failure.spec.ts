import fc from 'fast-check';
import { isRetryable } from '../../../src/core/errors';
import type { Call } from '../../../src/core/wire/classify';
import { Failure, mailboxUnavailable, readFailure } from '../../../src/core/wire/failure';
import { problemOf, reasons } from '../../../src/core/wire/reasons';
import type { WireReply } from '../../../src/core/wire/reply';

type Reply = Extract<WireReply, { kind: 'reply' }>;
const now = Date.parse('2026-11-22T09:00:00Z');
const error = (code: string, message = '', more: object = {}): unknown => ({ error: { code, message, ...more } });
const read = (call: Call, status: number, more: Partial<Reply> = {}): Failure =>
  readFailure(call, { kind: 'reply', status, ...more }, now);
const detailOf = (said: Failure): string => (said.kind === 'refused' ? said.problem.detail : '');

describe('a failure', () => {
  it('waits as long as the service says', () => {
    expect(read('list', 429, { retryAfter: '2.128' })).toMatchObject({ kind: 'throttled', retryAfterMs: 2128 });
    expect(read('list', 503, { retryAfter: '5' })).toMatchObject({ kind: 'unclear', retryAfterMs: 5000 });
    const date = { retryAfter: 'Sun, 22 Nov 2026 10:00:30 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' };
    expect(read('list', 429, date)).toMatchObject({ retryAfterMs: 30_000 });
    expect(read('list', 429)).not.toHaveProperty('retryAfterMs');
    expect(read('list', 429, { retryAfter: '99999999' })).toMatchObject({ retryAfterMs: 3_600_000 }); // then it is asked again
  });

  it('of a 400 without a code may be a refusal that does not say so', () => {
    for (const json of [undefined, {}, { error: { code: '', message: null } }])
      expect(read('post', 400, { json })).toMatchObject({ kind: 'unclear', isBare: true });
    expect(read('post', 400, { json: error('ErrorServerBusy') })).not.toHaveProperty('isBare');
    expect(read('post', 503)).not.toHaveProperty('isBare');
  });

  it('waits a minute at least where the incoming bytes are the limit, also after a send', () => {
    const json = error('ApplicationThrottled', 'Application is over its IncomingBytes limit.');
    expect(read('putRange', 429, { retryAfter: '1', json })).toMatchObject({ kind: 'throttled', retryAfterMs: 60_000 });
    expect(read('putRange', 429, { json })).toMatchObject({ retryAfterMs: 60_000 });
    expect(read('putRange', 429, { retryAfter: '90', json })).toMatchObject({ retryAfterMs: 90_000 });
    expect(read('send', 429, { retryAfter: '1', json })).toMatchObject({ kind: 'unclear', retryAfterMs: 60_000 });
  });

  it('says whose absence a 404 tells', () => {
    expect(read('list', 404, { json: error('ErrorItemNotFound') })).not.toHaveProperty('mailbox');
    const said = read('list', 404, { json: error('MailboxNotEnabledForRESTAPI') });
    expect(said).toMatchObject({ kind: 'itemNotFound', mailbox: true });
    expect(mailboxUnavailable(said)).toMatchObject({ code: 'MailboxUnavailable' });
    expect(mailboxUnavailable(said).detail).toContain('404 MailboxNotEnabledForRESTAPI');
  });

  it('says why it is refused, with status and code, and what to do', () => {
    const said = read('createDraft', 403, { json: error('ErrorQuotaExceeded', 'Cannot get ID from name.') });
    expect(said).toMatchObject({ because: 'noNamedProperties', problem: { code: 'MailboxUnavailable' } });
    expect(detailOf(said)).toContain('403 ErrorQuotaExceeded');
    expect(detailOf(said)).not.toContain('is full');
    expect(detailOf(read('list', 403, {}))).toContain('two hours');
  });

  it('with a code that nobody knows is no fault of ours, and not to be repeated as it is', () => {
    const said = read('list', 400, { json: error('ErrorOfNextYear') });
    expect(said).toMatchObject({ kind: 'refused', problem: { code: 'InvalidRequest' } });
    expect([detailOf(said).includes('400 ErrorOfNextYear'), isRetryable('InvalidRequest')]).toEqual([true, false]);
  });

  it('is unclear after a success that could not be read, whatever the call', () => {
    expect(read('post', 201)).toMatchObject({ kind: 'unclear' });
    expect(read('send', 200)).toMatchObject({ kind: 'unclear' });
    expect(read('openSession', 200, { json: {} })).toMatchObject({ kind: 'unclear' });
  });

  it('reads the code that is nested deepest', () => {
    const inner = { innerError: { code: 'ErrorMailboxMoveInProgress' } };
    expect(read('post', 400, { json: error('BadRequest', '', inner) })).toMatchObject({
      kind: 'unclear',
      seen: { code: 'ErrorMailboxMoveInProgress' },
    });
    const beside = { InnerErrorResponseCode: 'ErrorQuotaExceeded' };
    expect(read('post', 500, { json: error('ErrorInternalServerError', '', beside) })).toMatchObject({
      because: 'full',
    });
    expect(read('post', 400, { json: { Error: { Code: 'ErrorServerBusy' } } })).toMatchObject({ kind: 'unclear' });
  });

  it('keeps what was asked and answered for people, with the request ids of both sides', () => {
    const ids = { requestId: 'theirs', clientRequestId: 'ours' };
    expect(read('openSession', 503, { ...ids, json: error('ErrorServerBusy') })).toEqual({
      kind: 'unclear',
      requestId: 'theirs',
      seen: {
        call: 'openSession',
        status: 503,
        code: 'ErrorServerBusy',
        serviceRequestId: 'theirs',
        clientRequestId: 'ours',
      },
    });
    expect(readFailure('post', { kind: 'fault', fault: 'timeout', clientRequestId: 'ours' }, now)).toEqual({
      kind: 'unclear',
      seen: { call: 'post', fault: 'timeout', clientRequestId: 'ours' },
    });
  });

  it('tells no text of the service, and of its codes only short words', () => {
    const secret = 'https://outlook.office.com/x?authtoken=secret';
    for (const status of [400, 403, 404, 413, 429, 500])
      for (const call of ['putRange', 'post', 'send'] as const)
        expect(JSON.stringify(read(call, status, { json: error(secret, secret) }))).not.toContain('secret');
  });

  it('is always one of the kinds, whatever the body is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.jsonValue(), (status, json) => {
        expect(typeof read('putRange', status, { json }).kind).toBe('string');
        expect(typeof read('createDraft', status, { json: { error: json } }).kind).toBe('string');
      }),
    );
  });
});

describe('no answer', () => {
  const fault = (call: Call, kind: Extract<WireReply, { kind: 'fault' }>['fault'], more: object = {}): Failure =>
    readFailure(call, { kind: 'fault', fault: kind, ...more }, now);

  it.each(['reset', 'timeout'] as const)('by %s leaves it open', (kind) => {
    expect(fault('post', kind)).toMatchObject({ kind: 'unclear', seen: { fault: kind } });
  });
  it('for want of a token means that nothing was done', () => {
    expect(fault('send', 'noToken')).toMatchObject({ kind: 'notDone' });
  });
  it.each<[Call, string]>([
    ['putRange', 'UPLOAD_HOSTS'],
    ['list', 'GRAPH_ENDPOINT'],
  ])('to %s because the host is not allowed is a wrong setting, named in whole sentences', (call, setting) => {
    const said = fault(call, 'blocked', { detail: 'The host is x.' });
    expect(said).toMatchObject({ kind: 'refused', because: 'setting', problem: { code: 'NotConfigured' } });
    expect(detailOf(said)).toContain('The host is x.');
    expect(detailOf(said)).toContain(setting);
    expect(detailOf(said)).not.toContain('..');
  });
  it.each<[Call, string, string]>([
    ['putRange', 'ServiceUnavailable', 'proxy'],
    ['post', 'NotConfigured', 'GRAPH_ENDPOINT'],
  ])('but a redirect of %s is refused as %s', (call, code, remedy) => {
    const said = fault(call, 'redirected', { host: 'login.example.org' });
    expect(said).toMatchObject({ kind: 'refused', problem: { code } });
    expect(detailOf(said)).toContain('login.example.org');
    expect(detailOf(said)).toContain(remedy);
    expect(detailOf(said)).not.toContain('UPLOAD_HOSTS');
  });
});

it('each reason names the answer, in whole sentences', () => {
  for (const reason of reasons) {
    const { detail } = problemOf(reason, '403 ErrorX');
    expect(detail).toContain('(403 ErrorX)');
    expect(detail).toMatch(/^[A-Z].*\.$/);
  }
});
