import { parseMissing, parseUploadSession } from '../../src/core/uploadSession';

const now = Date.parse('2026-11-22T09:00:00Z');
const uploadUrl = 'https://outlook.office.com/x';

it.each([
  { uploadUrl, expirationDateTime: '2026-11-22T10:00:00.7671707Z', nextExpectedRanges: ['0-'] },
  { UploadUrl: uploadUrl, ExpirationDateTime: '2026-11-22T10:00:00.7671707Z', NextExpectedRanges: ['0'] },
  { uploadURL: uploadUrl, expirationdatetime: '2026-11-22T10:00:00.7671707Z', nextexpectedranges: ['0-9'] },
])('reads a session in whatever case its keys are: %j', (body) => {
  const expiresAt = Date.parse('2026-11-22T10:00:00.767Z');
  expect(parseUploadSession(body, 10, now)).toEqual({ uploadUrl, expiresAt, missing: [{ start: 0, end: 9 }] });
});

it('counts a session without a readable expiry as one of an hour', () => {
  expect(parseUploadSession({ uploadUrl, expirationDateTime: 'later' }, 10, now)?.expiresAt).toBe(now + 3_600_000);
});

it.each([undefined, null, 'text', {}, { uploadUrl: '' }, { uploadUrl: 5 }])('sees that %j is no session', (body) => {
  expect(parseUploadSession(body, 10, now)).toBeUndefined();
});

it('knows a list from none', () => {
  expect(parseMissing({ NextExpectedRanges: [] }, 10)).toEqual([]);
  expect(parseMissing({}, 10)).toBeUndefined();
});
