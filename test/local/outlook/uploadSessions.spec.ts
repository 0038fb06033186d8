import {
  cancelSession,
  judgePut,
  nextExpectedRanges,
  openSession,
  phaseAt,
  takeRange,
  type SessionState,
} from '../../../local/outlook/uploadSessions';

const RANGE_MAX = 4 * 1024 * 1024;

function put(state: SessionState, start: number, end: number, more: object = {}) {
  const headers = {
    contentRange: `bytes ${start}-${end}/${state.size}`,
    contentLength: String(end - start + 1),
    contentType: 'application/octet-stream',
    ...more,
  };
  return judgePut(state, headers, 0, RANGE_MAX);
}

const ruleOf = (verdict: ReturnType<typeof put>) => (verdict.ok ? 'taken' : verdict.rule);

describe('the session as a state machine', () => {
  const fresh = openSession('outlook', 100, 1000);
  const half = takeRange(fresh, { start: 0, end: 49 });

  it('is completed only by the last missing byte', () => {
    expect(half.phase).toBe('open');
    expect(takeRange(half, { start: 50, end: 98 }).phase).toBe('open');
    expect(takeRange(half, { start: 50, end: 99 }).phase).toBe('completed');
  });

  it.each([
    ['the next byte is taken', 50, 99, 'taken'],
    ['a gap is refused', 51, 99, 'rangeGap'],
    ['an overlap is refused', 40, 99, 'rangeOverlap'],
    ['the same range again is told apart from other overlaps', 0, 49, 'rangeRepeated'],
    ['bytes beyond the file are refused', 50, 100, 'rangeOverlap'],
  ])('%s', (_, start, end, expected) => {
    expect(ruleOf(put(half, start, end))).toBe(expected);
  });

  it.each([
    ['a chunked body', { transferEncoding: 'chunked' }, 'chunkedBody'],
    ['no length', { contentLength: undefined }, 'contentLengthMissing'],
    ['another length', { contentLength: '49' }, 'contentLengthWrong'],
    ['another type', { contentType: 'application/json' }, 'contentTypeWrong'],
    ['no range', { contentRange: undefined }, 'contentRangeWrong'],
    ['a range without total', { contentRange: 'bytes 50-99/*' }, 'contentRangeWrong'],
    ['another total', { contentRange: 'bytes 50-99/101' }, 'totalWrong'],
  ])('refuses %s', (_, headers, rule) => {
    expect(ruleOf(put(half, 50, 99, headers))).toBe(rule);
  });

  it('takes long ranges with a note, but not for To Do', () => {
    const size = RANGE_MAX + 1;
    expect(put(openSession('outlook', size, 1000), 0, size - 1)).toMatchObject({
      ok: true,
      notes: ['rangeLongerThanAdvised'],
    });
    expect(ruleOf(put(openSession('todo', size, 1000), 0, size - 1))).toBe('rangeTooLong');
  });

  it('ends at its fixed expiry, and a cancel after the end finds nothing', () => {
    expect(phaseAt(half, 999)).toBe('open');
    expect(phaseAt(half, 1000)).toBe('expired');
    expect(cancelSession(half, 1000)).toBeUndefined();
    const cancelled = cancelSession(half, 0);
    expect(cancelled?.phase).toBe('cancelled');
    expect(ruleOf(put(cancelled ?? half, 50, 99))).toBe('sessionEnded');
  });

  it('spells what it wants in every style, and names the end of a hole', () => {
    expect(nextExpectedRanges(half, 'N')).toEqual(['50']);
    expect(nextExpectedRanges(half, 'N-')).toEqual(['50-']);
    expect(nextExpectedRanges(half, 'N-M')).toEqual(['50-99']);
    const holes = takeRange(fresh, { start: 0, end: 49 }, { missingRanges: [[10, 19]] });
    expect(nextExpectedRanges(holes, 'N')).toEqual(['10-19', '50']);
    expect(ruleOf(put(holes, 50, 99))).toBe('rangeGap');
    expect(ruleOf(put(holes, 10, 20))).toBe('rangeOverlap');
    const filled = takeRange(takeRange(holes, { start: 10, end: 19 }), { start: 50, end: 99 });
    expect(filled.phase).toBe('completed');
  });

  it('takes part of a range and wants the rest', () => {
    expect(nextExpectedRanges(takeRange(fresh, { start: 0, end: 49 }, { acceptOnly: 7 }), 'N')).toEqual(['7']);
    expect(takeRange(fresh, { start: 0, end: 49 }, { acceptOnly: 0 }).missing).toEqual([{ start: 0, end: 99 }]);
  });
});
