import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpStatusOf, isRetryable, problemTypeOf, UploadErrorCode, uploadErrorCodes } from '../../src/core/errors';

const page = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
const rows = [...page.matchAll(/^\| <a id="([a-z]+)"><\/a>`(\w+)` \| (\d{3}) \| (.+) \|$/gm)].map(
  ([, anchor = '', code = '', status, rest = '']) => ({
    anchor,
    code,
    status: Number(status),
    cells: rest.split(' | '),
  }),
);

describe('docs/errors.md', () => {
  it('has one row for each code, with its status, and no other row', () => {
    const told = rows.map(({ code, status }) => `${code} ${status}`).sort();
    expect(told).toEqual(uploadErrorCodes.map((code) => `${code} ${httpStatusOf(code)}`).sort());
  });

  it('has the anchor that a problem’s type leads to', () => {
    for (const { anchor, code } of rows) {
      const type = problemTypeOf(code as UploadErrorCode);
      expect(URL.canParse(type)).toBe(true);
      expect(type.endsWith(`/docs/errors.md#${anchor}`)).toBe(true);
    }
  });

  it('says of each code what it means and what to do', () => {
    for (const { cells } of rows) expect(Math.min(...cells.map((cell) => cell.length))).toBeGreaterThan(5);
  });

  it('tells every warning that an upload may carry', () => {
    const record = readFileSync(join(__dirname, '../../src/core/errors.ts'), 'utf8');
    const type = /export type WarningCode =([^;]+);/.exec(record)?.[1] ?? '';
    const codes = [...type.matchAll(/'(\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
  });
});

it('calls retryable what a later call may change', () => {
  expect(uploadErrorCodes.filter(isRetryable)).toEqual([
    'SendLimitExceeded',
    'Internal',
    'SessionLost',
    'NotConfigured',
    'ServiceUnavailable',
    'Throttled',
    'DeadlineExceeded',
  ]);
});
