import { parseMissing, parseUploadSession } from '../../../src/core/wire/session';

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

describe('the expiry', () => {
  const expiryOf = (text: string, date?: string): number | undefined =>
    parseUploadSession({ uploadUrl, expirationDateTime: text }, 10, now, date)?.expiresAt;
  const ten = Date.parse('2026-11-22T10:00:00Z');
  const minute = 60_000;

  it('without a zone is UTC, wherever the app runs', () => {
    expect(expiryOf('2026-11-22T10:00:00.0000000')).toBe(ten);
    expect(expiryOf('2026-11-22T11:00:00+01:00')).toBe(ten);
  });

  it.each([
    ['twenty minutes ahead of ours', 'Sun, 22 Nov 2026 09:20:00 GMT', -20 * minute],
    ['twenty minutes behind it', 'Sun, 22 Nov 2026 08:40:00 GMT', 20 * minute],
    ['the same but for the way', 'Sun, 22 Nov 2026 08:59:57 GMT', 0],
    ['none', 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['no date', 'soon', 0],
  ])('is told by the service’s clock: %s', (_title, date, byMs) => {
    expect(expiryOf('2026-11-22T10:00:00Z', date)).toBe(ten + byMs);
  });
});

it.each([undefined, null, 'text', {}, { uploadUrl: '' }, { uploadUrl: 5 }])('sees that %j is no session', (body) => {
  expect(parseUploadSession(body, 10, now)).toBeUndefined();
});

it('knows a list from none', () => {
  expect(parseMissing({ NextExpectedRanges: [] }, 10)).toEqual([]);
  expect(parseMissing({}, 10)).toBeUndefined();
});
