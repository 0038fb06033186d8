import type { Outcome } from '../../../src/core/upload/machine/outcome';
import type { Plan, Progress, Step } from '../../../src/core/upload/machine/progressState';
import { begin, decide, liveStatus } from '../../../src/core/upload/machine/uploadProgress';

const now = Date.parse('2026-11-22T09:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const plan: Plan = {
  id: 'u1',
  way: 'session',
  totalBytes: 10,
  verifiable: true,
  postBytes: 100,
  deadlineAt: now + 24 * hour,
  policy: { rangeSizeBytes: 4, smallAttachmentLimitBytes: 3, settleMs: minute, deadlineMs: 24 * hour },
  warnings: [],
};
const admitted: Outcome = { kind: 'admitted', grantedBytes: 1000 };
const noted: Outcome = { kind: 'noted' };
const opened: Outcome = { kind: 'opened', session: { sealedUrl: 'sealed', expiresAt: now + 24 * hour } };
const onLast: Outcome[] = [
  admitted,
  { kind: 'baseline' },
  opened,
  { kind: 'accepted', missing: [{ start: 8, end: 9 }] },
];

/** An upload under way, each step answered when its time has come. */
class Upload {
  private progress: Progress;
  step: Step;
  at = now;

  constructor(outcomes: readonly Outcome[], from: Plan = plan) {
    [this.progress, this.step] = begin(from, now);
    for (const said of outcomes) this.say(said);
  }

  say(said: Outcome): this {
    if (this.step.no > 2000) throw new Error(`It goes round: ${this.step.do}.`);
    this.at = Math.max(this.at, this.step.notBefore);
    [this.progress, this.step] = decide(this.progress, said, this.at);
    return this;
  }

  /** An outcome that comes before the step's time. */
  hear(said: Outcome): this {
    [this.progress, this.step] = decide(this.progress, said, this.at);
    return this;
  }

  /** The same failure, until its wait is long. */
  fail(said: Outcome): this {
    while (this.step.do !== 'restInMailbox') {
      if (this.step.do === 'requestAdmission') this.say(admitted);
      else this.say(said);
      if (this.at > now + 2 * hour) throw new Error('It never rests.');
    }
    return this;
  }

  get shown(): unknown {
    const { status, waitingFor, waitingUntil } = liveStatus(this.progress, this.step, this.at);
    return waitingUntil === undefined ? status : [waitingFor, waitingUntil - this.at > 2 * minute ? 'long' : 'short'];
  }
}

describe('a long wait', () => {
  it.each<[string, Outcome, string]>([
    ['storage', { kind: 'storage' }, 'storage'],
    ['the service', { kind: 'uncertain' }, 'retry'],
    ['right settings', { kind: 'notReady' }, 'retry'],
  ])('for %s gives the place back, tells its cause all the time, and queues when it is over', (_, said, cause) => {
    const upload = new Upload([admitted]).fail(said);
    expect(upload.step).toMatchObject({ notBefore: upload.at, unusedBytes: 1000 });
    expect(upload.shown).toEqual([cause, 'long']);
    upload.say(noted);
    expect(upload.step).toMatchObject({ do: 'requestAdmission', wantBytes: 10, unusedBytes: 0 });
    expect(upload.step.notBefore - upload.at).toBeGreaterThan(2 * minute);
    expect(upload.shown).toEqual([cause, 'long']);
    upload.say({ kind: 'queued' });
    expect(upload.shown).toEqual(['mailbox', 'short']);
    expect(upload.say(admitted).step).toMatchObject({ do: 'lookBefore', notBefore: upload.at });
  });

  it('for an incident at the service does, and the next one is longer still, whoever else waits', () => {
    const upload = new Upload([admitted, { kind: 'baseline' }, opened]);
    const waits: number[] = [];
    while (waits.length < 3) {
      if (upload.step.do === 'restInMailbox') {
        const from = upload.say(noted).at;
        waits.push(upload.step.notBefore - from);
        upload.say({ kind: 'queued' }).say({ kind: 'queued' });
      }
      const { do: name } = upload.step;
      if (name === 'requestAdmission') upload.say(admitted);
      else if (name === 'cancelUploadSession') upload.say({ kind: 'cancelled' });
      else upload.say(name === 'createUploadSession' ? opened : { kind: 'incident' });
    }
    expect(waits[1]).toBeGreaterThan(waits[0]! * 1.5);
    expect(waits[2]).toBe(10 * minute); // of some fifteen: the first renewal
  });

  it('is told to the mailbox on the way, so that the name stays taken', () => {
    const upload = new Upload([...onLast, { kind: 'uncertain' }]);
    while (upload.step.do === 'findAttachment' || upload.step.do === 'requestAdmission')
      upload.say(upload.step.do === 'findAttachment' ? refused : admitted);
    upload.say(noted);
    const renewals: number[] = [];
    while (upload.step.do === 'restInMailbox') renewals.push(upload.step.notBefore - upload.say(noted).at);
    expect(upload.step).toMatchObject({ do: 'requestAdmission', wantBytes: 0 }); // it will only look
    expect(upload.say({ kind: 'admitted', grantedBytes: 0 }).step.do).toBe('findAttachment');
    expect(renewals.every((ms) => ms <= 10 * minute)).toBe(true);
  });

  it('with the file attached is one too: what is compared after it waits for a place', () => {
    const upload = new Upload([...onLast, { kind: 'completed', attachmentId: 'A' }]).fail({ kind: 'storage' });
    expect(upload.say(noted).step).toMatchObject({ do: 'requestAdmission', wantBytes: 0 });
    expect(upload.say({ kind: 'queued' }).step.do).toBe('requestAdmission');
    expect(upload.say({ kind: 'admitted', grantedBytes: 0 }).step.do).toBe('verifyAttachment');
  });

  it('before the look for copies is one where SETTLE is long, and it is looked once', () => {
    const settleMs = hour;
    const long: Plan = { ...plan, way: 'post', policy: { ...plan.policy, settleMs } };
    const upload = new Upload([admitted, { kind: 'baseline' }, { kind: 'uncertain' }], long);
    while (upload.step.do !== 'findSurplus') upload.say(answerTo(upload.step));
    expect(upload.at - now).toBeGreaterThanOrEqual(2 * settleMs);
    expect(upload.say({ kind: 'surplus', attachmentIds: [] }).step.do).toBe('leaveMailbox');
  });

  it('for a throttled mailbox keeps the place: nobody could use it, and its rank would be lost', () => {
    const upload = new Upload([admitted, { kind: 'throttled', retryAfterMs: 30 * minute }]);
    expect(upload.step.do).toBe('reportThrottle');
    expect(upload.say(noted).step).toMatchObject({ do: 'requestAdmission', wantBytes: 0, unusedBytes: 1000 });
    expect(upload.step.notBefore - upload.at).toBeLessThanOrEqual(10 * minute);
    expect(upload.shown).toEqual(['throttled', 'long']);
  });

  it('on the way back gives the place up, and the taking back waits for none', () => {
    const cancelled = new Upload([
      ...onLast,
      { kind: 'uncertain' },
      { kind: 'cancelRequested' },
      { kind: 'cancelled' },
    ]);
    while (cancelled.step.do === 'findAttachment') cancelled.say(refused);
    expect(cancelled.step.do).toBe('restInMailbox');
    expect(cancelled.say(noted).step.do).toBe('findAttachment');
    cancelled.say({ kind: 'found', attachmentId: 'A', sha256: 'x' });
    expect(cancelled.step).toMatchObject({ do: 'removeAttachment', notBefore: cancelled.at });
    expect(cancelled.say({ kind: 'removed' }).step.do).toBe('leaveMailbox');
  });

  it('that a cancel ends goes straight on, and leaves the mailbox', () => {
    const upload = new Upload([admitted]).fail({ kind: 'storage' }).say(noted).hear({ kind: 'cancelRequested' });
    expect(upload.step).toMatchObject({ do: 'leaveMailbox', notBefore: upload.at });
  });

  it('whose lease ended is noticed: when it is over it queues, not before', () => {
    const upload = new Upload([admitted, { kind: 'throttled', retryAfterMs: 30 * minute }, noted]);
    expect(upload.say({ kind: 'queued' }).step).toMatchObject({ do: 'requestAdmission', wantBytes: 10 });
    expect(upload.step.notBefore).toBe(now + 30 * minute);
    expect(upload.shown).toEqual(['throttled', 'long']);
    upload.say({ kind: 'queued' });
    expect(upload.shown).toEqual(['mailbox', 'short']);
  });
});

const refused: Outcome = { kind: 'refused', problem: { code: 'AccessDenied', detail: 'no' } };

/** What goes well. */
const answers: Partial<Record<Step['do'], Outcome>> = {
  requestAdmission: admitted,
  findAttachment: { kind: 'absent' },
  postAttachment: { kind: 'completed', attachmentId: 'A' },
  verifyAttachment: { kind: 'verified', sha256: 'x' },
  cancelUploadSession: { kind: 'cancelled' },
};
const answerTo = (step: Step): Outcome => answers[step.do] ?? noted;
