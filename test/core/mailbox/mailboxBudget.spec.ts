import { isIdle, leave, requestPlace, rest, throttled } from '../../../src/core/mailbox/mailboxBudget';
import { leaseMs } from '../../../src/core/mailbox/mailboxPlaces';
import { emptyMailbox, MailboxState, PlaceRequest } from '../../../src/core/mailbox/mailboxState';
import { limits, MailboxModel, MiB, minute, s, UploadPlan } from './mailboxModel';

const start = Date.parse('2026-11-22T09:00:00Z');
const range = 3_932_160;
const large = (uploadId: string, askNo = 1, more: Partial<PlaceRequest> = {}): PlaceRequest => ({
  uploadId,
  askNo,
  nameKey: uploadId,
  wantBytes: 150 * MiB,
  leastBytes: range,
  unusedBytes: 0,
  isSmall: false,
  ...more,
});
const small = (uploadId: string, bytes = 1.4 * MiB): PlaceRequest =>
  large(uploadId, 1, { wantBytes: bytes, leastBytes: bytes, isSmall: true });

/** Requests one after the other at the same time; what each was granted. */
function askAll(requests: readonly PlaceRequest[], state: MailboxState = emptyMailbox, now = start) {
  const granted: number[] = [];
  for (const request of requests) {
    const decision = requestPlace(state, request, limits, now);
    state = decision.state;
    granted.push(decision.grantedBytes);
  }
  return { state, granted };
}
const ids = (places: MailboxState['active']): string[] => places.map(({ uploadId }) => uploadId);

describe('places', () => {
  it('are given in the order of asking, one of four is kept for small files', () => {
    const { state } = askAll([large('a'), large('b'), large('c'), large('d'), small('s'), small('t')]);
    expect(ids(state.active)).toEqual(['a', 'b', 'c', 's']);
    expect(ids(state.waiting)).toEqual(['d', 't']);
  });

  it('are not all taken by small files while a large one waits longer', () => {
    const many = ['s1', 's2', 's3', 's4'].map((id) => small(id));
    const full = askAll(many).state;
    const queued = askAll([large('a'), small('s5')], full).state;
    const { state, wake } = leave(queued, { uploadId: 's1', unusedBytes: 0 }, limits, start);
    expect(wake).toEqual(['a']);
    expect(ids(askAll([small('s5'), large('a', 2)], state).state.active)).toContain('a');
  });

  it('are one queue where there is only one', () => {
    const one = { concurrency: 1, bytesPerWindow: 150 * MiB };
    let state = requestPlace(emptyMailbox, large('a'), one, start).state;
    state = requestPlace(state, large('b'), one, start).state;
    state = requestPlace(state, small('s'), one, start).state;
    expect(leave(state, { uploadId: 'a', unusedBytes: 0 }, one, start).wake).toEqual(['b']);
  });

  it('are given to one of a name at a time, and the others of that name hold up nobody', () => {
    const twins = [large('a1', 1, { nameKey: 'n' }), large('a2', 1, { nameKey: 'n' }), large('b')];
    const { state } = askAll(twins);
    expect([ids(state.active), ids(state.waiting)]).toEqual([['a1', 'b'], ['a2']]);
    expect(leave(state, { uploadId: 'a1', unusedBytes: 0 }, limits, start).wake).toEqual(['a2']);
  });

  it('of an upload that died are free after its lease, and its bytes long before', () => {
    const { state } = askAll([large('dead1'), large('dead2'), large('dead3'), large('a')]);
    const renewed = requestPlace(state, large('a', 2), limits, start + 21 * minute);
    expect(renewed.isAdmitted).toBe(false);
    expect(renewed.state.bookings).toEqual([]);
    const much = askAll([large('a', 3)], renewed.state, start + 22 * minute).state;
    expect(requestPlace(much, large('a', 4), limits, start + leaseMs + 1).isAdmitted).toBe(true);
  });

  it('are kept by asking for nothing but the place, also while the mailbox is blocked', () => {
    const blocked = throttled(askAll([large('a')]).state, start + 60 * minute, start);
    const kept = requestPlace(blocked, large('a', 2, { wantBytes: 0, leastBytes: 0 }), limits, start + 40 * minute);
    expect([kept.isAdmitted, kept.grantedBytes]).toEqual([true, 0]);
    expect(ids(requestPlace(kept.state, large('b'), limits, start + 60 * minute).state.active)).toEqual(['a', 'b']);
  });

  it('are left by whoever has none without a trace', () => {
    const { state } = askAll([large('a')]);
    expect(leave(state, { uploadId: 'stranger', unusedBytes: 99 }, limits, start)).toEqual({ state, wake: [] });
  });
});

describe('an upload that rests', () => {
  const resting = (uploadId: string, state: MailboxState, now = start) =>
    rest(state, { uploadId, nameKey: uploadId, isSmall: false, unusedBytes: 0 }, limits, now);

  it('frees its place for the next, gives back what it did not send, and wakes', () => {
    const full = askAll([large('a'), large('b'), large('c'), large('d')]).state;
    const request = { uploadId: 'a', nameKey: 'a', isSmall: false, unusedBytes: 7 * range };
    const { state, wake } = rest(full, request, limits, start + s);
    expect([ids(state.active), ids(state.resting ?? []), wake]).toEqual([['b', 'c'], ['a'], ['d']]);
    expect(state.bookings[0]).toMatchObject({ bytes: range, isOpen: false });
    expect(rest(state, request, limits, start + 2 * s)).toMatchObject({ wake: [] }); // a renewal frees nothing
  });

  it('comes back behind those who wait, and before the other of its name', () => {
    const twins = [large('a'), large('twin', 1, { nameKey: 'a' }), large('b'), large('c'), large('d'), large('e')];
    let state = resting('a', askAll(twins).state).state;
    state = askAll([large('d', 2)], state).state;
    state = askAll([large('a', 2), large('twin', 2, { nameKey: 'a' })], state).state;
    expect([ids(state.active), ids(state.waiting)]).toEqual([
      ['b', 'c', 'd'],
      ['twin', 'e', 'a'],
    ]);
    const leaving = (uploadId: string) => leave(state, { uploadId, unusedBytes: 0 }, limits, start);
    expect(leaving('b').wake).toEqual(['e']);
    state = askAll([large('e', 2)], leaving('b').state).state;
    expect(leaving('c').wake).toEqual(['a']);
    state = askAll([large('a', 3)], leaving('c').state).state;
    expect([ids(state.active), state.resting]).toEqual([['d', 'e', 'a'], []]);
  });

  it('keeps its name as long as it renews that, and no longer', () => {
    let state = resting('a', askAll([large('a')]).state).state;
    state = resting('a', state, start + leaseMs - 1).state;
    const twin = (at: number) =>
      requestPlace(state, large('twin', at, { nameKey: 'a' }), limits, start + at).isAdmitted;
    expect([twin(leaseMs + minute), twin(2 * leaseMs)]).toEqual([false, true]);
  });

  it('whose lease ended does not take the name back from another', () => {
    const other = askAll([large('twin', 1, { nameKey: 'a' })]).state;
    const { state } = resting('a', other);
    expect([ids(state.active), state.resting]).toEqual([['twin'], []]);
    expect(requestPlace(state, large('a', 2), limits, start + s).isAdmitted).toBe(false);
  });

  it('comes back for the place alone where it has nothing to send, although the window is full', () => {
    let { state } = askAll([large('b'), large('a')]);
    state = resting('a', state).state;
    for (let askNo = 2; state.bookings.reduce((sum, { bytes }) => sum + bytes, 0) < 140 * MiB; askNo++)
      state = askAll([large('b', askNo)], state).state;
    const only = requestPlace(state, large('a', 2, { wantBytes: 0, leastBytes: 0 }), limits, start + s);
    expect([only.isAdmitted, only.grantedBytes, ids(only.state.active)]).toEqual([true, 0, ['b', 'a']]);
    const blocked = throttled(state, start + minute, start);
    const asked = requestPlace(blocked, large('a', 3, { wantBytes: 0, leastBytes: 0 }), limits, start + s);
    expect([asked.isAdmitted, asked.until]).toEqual([false, start + minute]);
  });

  it('is unknown to a state that an older version wrote', () => {
    const { active, waiting, bookings, blockedUntil } = askAll([large('a'), large('twin', 1, { nameKey: 'a' })]).state;
    const older: MailboxState = { active, waiting, bookings, blockedUntil };
    const { state } = resting('a', older);
    expect(ids(state.resting ?? [])).toEqual(['a']);
    expect(leave(older, { uploadId: 'a', unusedBytes: 0 }, limits, start).wake).toEqual(['twin']);
    expect(isIdle(state, start + 30 * minute)).toBe(false);
    expect(isIdle(state, start + leaseMs)).toBe(true);
  });
});

describe('bytes', () => {
  it('come in pieces of whole ranges, smaller ones where others wait', () => {
    expect(askAll([large('a')]).granted).toEqual([8 * range]);
    expect(askAll([large('a'), large('b')]).granted).toEqual([8 * range, 4 * range]);
    expect(askAll([large('a', 1, { wantBytes: 5_000_000 })]).granted).toEqual([5_000_000]);
  });

  it('that were granted and not sent go back', () => {
    const { state } = askAll([large('a')]);
    const back = leave(state, { uploadId: 'a', unusedBytes: 7 * range }, limits, start + s).state;
    expect(back.bookings).toMatchObject([{ bytes: range, isOpen: false }]);
  });

  it('are charged once however often a request is repeated', () => {
    const first = requestPlace(emptyMailbox, large('a'), limits, start);
    const again = requestPlace(first.state, large('a'), limits, start + 3 * s);
    expect(again).toEqual(first);
  });

  it('that were refused to one are not given to those behind it', () => {
    let { state } = askAll([large('a'), large('b')]);
    let now = start;
    for (let full = false; !full; now += s) {
      const decision = requestPlace(state, large('b', now), limits, now);
      [state, full] = [decision.state, !decision.isAdmitted];
    }
    state = requestPlace(state, large('a', 2), limits, now).state; // refused as well, but it came first
    const freeAt = start + 5 * minute + 1.5 * s; // one piece of b's has left the window
    expect(requestPlace(state, large('b', freeAt), limits, freeAt).isAdmitted).toBe(false);
    expect(requestPlace(state, large('a', 3), limits, freeAt).isAdmitted).toBe(true);
  });

  it('of a small file are there although one large file has used the whole window', () => {
    const model = new MailboxModel([{ id: 'a', bytes: 150 * MiB, at: 0, rangeMs: 150 }]).run();
    const { isAdmitted, grantedBytes } = requestPlace(model.state, small('s'), limits, 20 * s);
    expect([isAdmitted, grantedBytes]).toEqual([true, 1.4 * MiB]);
  });

  it('are granted again when the block of a 429 is over, not before, and its end is told', () => {
    const blocked = throttled(throttled(emptyMailbox, start + 30 * s, start), start + 20 * s, start);
    const refused = requestPlace(blocked, small('s'), limits, start + 29 * s);
    expect([refused.isAdmitted, refused.until]).toEqual([false, start + 30 * s]);
    expect(requestPlace(refused.state, small('s'), limits, start + 30 * s).isAdmitted).toBe(true);
  });

  it('are granted where the window is smaller than one range: it could never be sent otherwise', () => {
    const tiny = { concurrency: 4, bytesPerWindow: MiB };
    const first = requestPlace(emptyMailbox, large('a'), tiny, start);
    expect(first.grantedBytes).toBe(range);
    expect(requestPlace(first.state, large('a', 2), tiny, start + s).isAdmitted).toBe(false);
  });
});

it('remembers nothing when all is over', () => {
  const { state } = askAll([large('a')]);
  const left = leave(state, { uploadId: 'a', unusedBytes: 0 }, limits, start + s).state;
  expect(isIdle(left, start + 5 * minute)).toBe(false);
  expect(isIdle(left, start + 5 * minute + 3 * s)).toBe(true);
});

describe('uploads under way', () => {
  const five = (rangeMs = 500): UploadPlan[] =>
    ['a', 'b', 'c', 'd', 'e'].map((id, i) => ({ id, bytes: 150 * MiB, at: i * 50, rangeMs }));

  it('a single file of 150 MiB is never held up', () => {
    const model = new MailboxModel([{ id: 'a', bytes: 150 * MiB, at: 0, rangeMs: 150 }]).run();
    expect(model.trace('a')).toMatchObject({ denials: 0, endedAt: 40 * 150 });
  });

  it.each([150, 500, 1000])('five of 150 MiB use their window to 95 %% at %i ms a PUT, and never more', (rangeMs) => {
    const model = new MailboxModel(five(rangeMs)).run();
    expect(model.traces.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
    expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
    const saturatedUntil = Math.floor(Math.max(...model.sent.map(({ at }) => at)) / (5 * minute)) * 5 * minute;
    expect(model.share(0, saturatedUntil)).toBeGreaterThanOrEqual(0.95);
    expect(model.share(5 * minute, saturatedUntil)).toBeGreaterThanOrEqual(0.95);
  });

  it('five of 150 MiB end in the order in which they came', () => {
    const ends = new MailboxModel(five()).run().traces.map(({ endedAt }) => endedAt!);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });

  it.each([0, 1, 10, 60, 200, 250, 265, 290, 299, 310, 700])(
    '1 MB that comes %i s after five of 150 MiB waits 60 s at most',
    (second) => {
      const at = second * s + 300;
      const model = new MailboxModel([...five(), { id: 'small', bytes: 1_400_000, at }]).run();
      expect(model.trace('small').enteredAt! - at).toBeLessThanOrEqual(minute);
      expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
    },
  );

  it('twenty of 1 MB that come with five of 150 MiB wait 60 s at most: what waits is kept for them', () => {
    const small = Array.from({ length: 20 }, (_, i) => ({
      id: `s${i}`,
      bytes: 1_400_000,
      at: 400 + i * 20,
      rangeMs: 600,
    }));
    const model = new MailboxModel([...five(200), ...small]).run();
    expect(Math.max(...small.map(({ id, at }) => model.trace(id).enteredAt! - at))).toBeLessThanOrEqual(minute);
    expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
  });

  it('five of 1 MB in every five minutes go at once among five of 150 MiB', () => {
    const small = Array.from({ length: 20 }, (_, i) => ({ id: `s${i}`, bytes: 1_400_000, at: 7_000 + i * 61_000 }));
    const model = new MailboxModel([...five(), ...small]).run();
    expect(Math.max(...small.map(({ id, at }) => model.trace(id).enteredAt! - at))).toBeLessThanOrEqual(minute);
    expect(model.peakBytes()).toBeLessThanOrEqual(limits.bytesPerWindow);
  });

  it('a dead upload does not stop the others', () => {
    const [first, ...others] = five();
    const model = new MailboxModel([{ ...first!, diesAfter: 2 }, ...others]).run();
    expect(model.traces.slice(1).every(({ endedAt }) => endedAt! < 60 * minute)).toBe(true);
  });
});
