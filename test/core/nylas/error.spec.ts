import { faultOf, faultOfEnd, faultOfRefusal } from '../../../src/core/nylas/error';
import { callDiesAfterMs, callKeptMs, isKept, meeting, NylasCall } from '../../../src/core/nylas/send';
import { UploadErrorCode, uploadErrorCodes } from '../../../src/core/errors';

const problem = (code: UploadErrorCode) => ({ code, detail: 'Why.' });

it('has a status and a type of Nylas for every code, at the door and at the end', () => {
  for (const code of uploadErrorCodes) {
    for (const fault of [
      faultOfRefusal(problem(code), 'mail'),
      faultOfRefusal(problem(code), 'sessions'),
      faultOfEnd(problem(code)),
    ]) {
      expect(fault.status).toBeGreaterThanOrEqual(400);
      expect(fault.type).toMatch(/^[a-z_]+$/);
    }
  }
});

it.each([
  ['SendNotAllowed', 403, 'insufficient_scopes'],
  ['MailboxNotAllowed', 401, 'unauthorized'],
  ['BlobChanged', 400, 'invalid_request_error'],
  ['RequestTooLarge', 413, 'invalid_request_error'],
  ['RouteNotFound', 404, 'not_found_error'],
  ['MethodNotAllowed', 405, 'invalid_request_error'],
  ['ServiceUnavailable', 503, 'service_unavailable'],
  ['Internal', 500, 'internal_error'],
] as const)('refuses with %s as %i %s', (code, status, type) => {
  expect(faultOfRefusal(problem(code), 'mail')).toMatchObject({ status, type });
});

it('tells the SDK when to come again, in either vocabulary', () => {
  for (const family of ['mail', 'sessions'] as const)
    expect(faultOfRefusal(problem('ServiceUnavailable'), family)).toMatchObject({ status: 503, retryAfterSeconds: 5 });
});

it.each([
  ['Throttled', 429, 'rate_limit_error'],
  ['OutcomeUnknown', 504, 'provider_error'],
  ['ServiceUnavailable', 504, 'provider_error'],
  ['DeadlineExceeded', 504, 'provider_error'],
  ['VerificationFailed', 504, 'provider_error'],
  ['MessageSizeExceeded', 400, 'invalid_request_error'],
  ['BlobChanged', 400, 'invalid_request_error'],
  ['AccessDenied', 403, 'insufficient_scopes'],
  ['ItemNotFound', 404, 'not_found_error'],
] as const)('ends with %s as %i %s, and with what Microsoft said', (code, status, type) => {
  const fault = faultOfEnd({ ...problem(code), serviceRequestId: 'r1' });
  expect(fault).toMatchObject({ status, type, providerError: { code, message: 'Why.', request_id: 'r1' } });
});

it('says which attachment a refusal is about', () => {
  const errors = [{ pointer: '/attachments/2', detail: 'It is gone.' }];
  const { message } = faultOfRefusal({ code: 'BlobNotFound', detail: 'No blob.', errors }, 'mail');
  expect(message).toBe('No blob. /attachments/2: It is gone.');
});

describe('a call with an Idempotency-Key that came before', () => {
  const call: NylasCall = { id: 'c', fingerprint: 'f', at: 1000 };
  const answered: NylasCall = { ...call, answer: { status: 200, delivery: 'd' } };

  it('is replayed when it was answered, for an hour', () => {
    expect(meeting(answered, 'f', 1000 + callKeptMs)).toEqual({ kind: 'replay' });
    expect(meeting(answered, 'f', 1001 + callKeptMs)).toEqual({ kind: 'fresh' });
    expect(meeting(answered, 'other', 1001 + callKeptMs)).toEqual({ kind: 'fresh' });
  });

  it('is a conflict with another payload, and while it is being answered', () => {
    const type = (held: NylasCall, fingerprint: string, now: number) => {
      const meets = meeting(held, fingerprint, now);
      return meets.kind === 'fault' ? [meets.fault.status, meets.fault.type] : meets.kind;
    };
    expect(type(answered, 'other', 2000)).toEqual([409, 'api.invalid_idempotent_request']);
    expect(type(call, 'other', 2000)).toEqual([409, 'api.invalid_idempotent_request']);
    expect(type(call, 'f', 2000)).toEqual([409, 'api.concurrent_idempotent_request']);
    expect(type(call, 'f', 1001 + callDiesAfterMs)).toBe('goOn');
  });

  it('keeps what would be the same again', () => {
    expect([200, 202, 400, 403, 504].every((status) => isKept({ status }))).toBe(true);
    expect([429, 500, 503].some((status) => isKept({ status }))).toBe(false);
  });
});

it('falls back to the type of the nearest kind', () => {
  expect(faultOf(422, 'sessions', '').type).toBe('invalid_request');
  expect(faultOf(502, 'mail', '').type).toBe('internal_error');
});
