/** The upload session as a state machine: no HTTP, no clock, no bytes. A simulation of the service can use it as it is. */
import type { Rule } from './rules';

/** Bytes of the file, `end` inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** `outlook`: messages, events, Outlook tasks, posts. `todo`: the protocol of To Do. */
export type Protocol = 'outlook' | 'todo';

export interface SessionState {
  readonly protocol: Protocol;
  readonly size: number;
  /** Fixed when the session is made; nothing moves it. In ms. */
  readonly expiresAt: number;
  readonly phase: 'open' | 'completed' | 'cancelled';
  /** What is still wanted, in order; empty means attached. */
  readonly missing: readonly ByteRange[];
  /** How many ranges were taken so far. */
  readonly taken: number;
  readonly lastTaken?: ByteRange;
}

/** The headers of a PUT, as they came. */
export interface PutHeaders {
  readonly contentRange?: string;
  readonly contentLength?: string;
  readonly contentType?: string;
  readonly transferEncoding?: string;
}

/** `ok` with the range to take and what is recorded all the same, or the rule that was broken. */
export type Verdict =
  | { readonly ok: true; readonly range: ByteRange; readonly notes: readonly Rule[] }
  | { readonly ok: false; readonly rule: Rule; readonly detail: string };

/** How the service may take less than it was given: a fault, or its own mind. */
export interface Partly {
  readonly acceptOnly?: number;
  readonly missingRanges?: readonly (readonly [number, number])[];
}

export type RangeStyle = 'N' | 'N-' | 'N-M';

export function openSession(protocol: Protocol, size: number, expiresAt: number): SessionState {
  return { protocol, size, expiresAt, phase: 'open', missing: [{ start: 0, end: size - 1 }], taken: 0 };
}

export function phaseAt(state: SessionState, now: number): SessionState['phase'] | 'expired' {
  return state.phase === 'open' && now >= state.expiresAt ? 'expired' : state.phase;
}

export function endsFile(state: SessionState, range: ByteRange): boolean {
  return range.end === state.size - 1;
}

/** Bytes strictly in order: a PUT begins at the first missing byte and stays within what is missing there. */
export function judgePut(state: SessionState, put: PutHeaders, now: number, rangeMaxBytes: number): Verdict {
  const phase = phaseAt(state, now);
  if (phase !== 'open') return no('sessionEnded', phase);
  if (put.transferEncoding !== undefined) return no('chunkedBody', put.transferEncoding);
  if (put.contentLength === undefined) return no('contentLengthMissing', '');
  if (put.contentType !== 'application/octet-stream') return no('contentTypeWrong', put.contentType ?? 'none');
  const parsed = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(put.contentRange ?? '');
  if (parsed === null) return no('contentRangeWrong', put.contentRange ?? 'none');
  const [start = 0, end = 0, total = 0] = parsed.slice(1).map(Number);
  const length = end - start + 1;
  if (length < 1) return no('contentRangeWrong', put.contentRange ?? '');
  if (total !== state.size) return no('totalWrong', `${total}, declared ${state.size}`);
  if (Number(put.contentLength) !== length) return no('contentLengthWrong', `${put.contentLength} for ${length} bytes`);
  if (length > rangeMaxBytes && state.protocol === 'todo') return no('rangeTooLong', `${length} bytes`);
  return judgePlace(state, { start, end }, length > rangeMaxBytes ? ['rangeLongerThanAdvised'] : []);
}

function judgePlace(state: SessionState, range: ByteRange, notes: Rule[]): Verdict {
  const next = state.missing[0];
  const asked = `${range.start}-${range.end}, wanted ${next?.start ?? state.size}`;
  const last = state.lastTaken;
  if (last?.start === range.start && last.end === range.end && next?.start !== range.start)
    return no('rangeRepeated', asked);
  if (next === undefined || range.start < next.start || range.end >= state.size) return no('rangeOverlap', asked);
  if (range.start > next.start) return no('rangeGap', asked);
  if (range.end > next.end) return no('rangeOverlap', `${asked} to ${next.end}`);
  return { ok: true, range, notes };
}

const no = (rule: Rule, detail: string): Verdict => ({ ok: false, rule, detail });

/** The state once `range` was taken, wholly or partly. With nothing missing any more the file is attached. */
export function takeRange(state: SessionState, range: ByteRange, partly: Partly = {}): SessionState {
  const kept = Math.min(partly.acceptOnly ?? Infinity, range.end - range.start + 1);
  const lastTaken = { start: range.start, end: range.start + kept - 1 };
  const untouched = state.missing.flatMap((hole) => without(hole, lastTaken));
  const lost = (partly.missingRanges ?? []).map(([start, end]) => ({ start, end }));
  const missing = [
    ...untouched.flatMap((hole) => lost.reduce((left, l) => left.flatMap((h) => without(h, l)), [hole])),
    ...lost,
  ];
  missing.sort((a, b) => a.start - b.start);
  const phase = missing.length === 0 ? 'completed' : 'open';
  return { ...state, phase, missing, taken: state.taken + (kept > 0 ? 1 : 0), ...(kept > 0 ? { lastTaken } : {}) };
}

/** What is left of `hole` when `piece` is taken out of it. */
function without(hole: ByteRange, piece: ByteRange): ByteRange[] {
  if (piece.end < hole.start || piece.start > hole.end) return [hole];
  const before = { start: hole.start, end: piece.start - 1 };
  const after = { start: piece.end + 1, end: hole.end };
  return [before, after].filter((range) => range.end >= range.start);
}

/** `nextExpectedRanges` in one of the spellings that clients have met; a hole inside the file always names its end. */
export function nextExpectedRanges(state: SessionState, style: RangeStyle): string[] {
  return state.missing.map(({ start, end }) => {
    const inside = end !== state.size - 1;
    return inside || style === 'N-M' ? `${start}-${end}` : style === 'N-' ? `${start}-` : `${start}`;
  });
}

/** The state after a DELETE; undefined where there is nothing to cancel (the service says 404). */
export function cancelSession(state: SessionState, now: number): SessionState | undefined {
  return phaseAt(state, now) === 'open' ? { ...state, phase: 'cancelled' } : undefined;
}
