import { begin, decide } from '../../../../src/core/upload/machine/decide';
import type { Outcome, Plan, Progress, Step } from '../../../../src/core/upload/machine/progress';

const startedAt = Date.parse('2026-11-22T09:00:00Z');
const minute = 60_000;
const aPlan: Plan = {
  id: 'u',
  way: 'session',
  totalBytes: 30,
  postBytes: 100,
  rangeBytes: 10,
  rangesPerStep: 1,
  isFile: true,
  isInline: false,
  name: 'q3.pdf',
  isYoung: false,
  readings: 3,
  settleMs: minute,
  deadlineAt: startedAt + 24 * 60 * minute,
  warnings: [],
};
const aReply: Plan = { ...aPlan, way: 'reply', isFile: false };
const aPost: Plan = { ...aPlan, way: 'post' };

/** The machine, and answers to the step that it asks for. */
class Walk {
  progress: Progress;
  step: Step;
  now = startedAt;
  readonly done: Step['do'][] = [];

  constructor(plan: Plan) {
    [this.progress, this.step] = begin(plan, this.now);
  }
  hears(said: Outcome | { readonly kind: 'cancelRequested' }): this {
    if (said.kind !== 'cancelRequested') this.now = Math.max(this.now, this.step.notBefore) + 100;
    this.done.push(this.step.do);
    [this.progress, this.step] = decide(this.progress, said, this.now);
    return this;
  }
  /** Answers each step until the end, and counts them. */
  untilEnd(answer: (step: Step) => Outcome): this {
    for (let n = 0; this.step.do !== 'end'; n++) {
      if (n > 500) throw new Error('No end.');
      this.hears(answer(this.step));
    }
    return this;
  }
  get end() {
    if (this.step.do !== 'end') throw new Error(`No end yet: ${this.step.do}`);
    return this.step.end;
  }
  count = (what: Step['do']): number => this.done.filter((one) => one === what).length;
}

const listed: Outcome = { kind: 'listed' };
const absent: Outcome = { kind: 'absent', lookalikes: [], isWhole: true };
const notFound: Outcome = { kind: 'itemNotFound', seen: { call: 'reply', status: 404 } };
const opened: Outcome = { kind: 'opened', session: { sealedUrl: 's', expiresAt: startedAt + 60 * minute } };
const bare = (call: string): Outcome => ({ kind: 'unclear', isBare: true, seen: { call, status: 400 } });
const closed: Outcome = { kind: 'closed' };

describe('a 400 without a code', () => {
  const answers: Partial<Record<Step['do'], Outcome>> = {
    listAttachments: listed,
    createUploadSession: opened,
    queryUploadSession: { kind: 'noStatus' },
    findAttachment: absent,
    findCopies: { kind: 'copies', ids: [], lookalikes: [], isWhole: true },
    cancelUploadSession: closed,
  };
  it.each<[Step['do'], Plan, number]>([
    ['listAttachments', aPlan, 8],
    ['createUploadSession', aPlan, 8],
    ['uploadRange', aPlan, 8],
    ['postAttachment', aPost, 4],
    ['postAttachment', aReply, 4],
  ])('is a hiccup at first, and then the end: %s', (what, plan, times) => {
    const walk = new Walk(plan).untilEnd(({ do: step }) => (step === what ? bare(what) : answers[step]!));
    expect(walk.end).toMatchObject({ status: 'failed', error: { code: 'ServiceUnavailable' } });
    expect(walk.end.error?.detail).toContain('answered 400');
    expect(walk.count(what)).toBe(times);
    expect(walk.end.error?.leftBehind).toBeUndefined();
  });

  it('does not count any more once a range was taken', () => {
    let ranges = 0;
    const walk = new Walk({ ...aPlan, totalBytes: 300 });
    for (let n = 0; n < 100 && ranges < 20; n++)
      walk.hears(
        walk.step.do !== 'uploadRange'
          ? answers[walk.step.do]!
          : ++ranges % 3 === 0
            ? { kind: 'accepted' }
            : bare('putRange'),
      );
    expect([ranges, walk.progress.undoing]).toEqual([20, undefined]);
  });

  it('to the last try of a POST is searched for like any other, and what is found stays', () => {
    const found: Outcome = { kind: 'found', id: 'a', name: 'q3.pdf', sha256: 'x', proof: 'bytes', isRenamed: false };
    let posts = 0;
    const walk = new Walk(aPost).untilEnd(({ do: step }) => {
      if (step === 'postAttachment') posts++;
      if (step === 'postAttachment') return bare('post');
      return step === 'findAttachment' && posts === 4 ? found : answers[step]!;
    });
    expect(walk.end).toMatchObject({ status: 'succeeded', attachment: { id: 'a' } });
  });
});

describe('a reply to a thread that is answered 404', () => {
  it('is repeated only when its post would show', () => {
    const walk = new Walk(aReply).hears(notFound);
    expect([walk.step.do, walk.step.notBefore - walk.now]).toEqual(['postAttachment', minute]);
  });

  it('is searched for before the end, and the end says what was found', () => {
    const walk = new Walk(aReply);
    while (walk.step.do === 'postAttachment') walk.hears(notFound);
    expect(walk.step.do).toBe('findAttachment');
    expect(walk.count('postAttachment')).toBeGreaterThan(2);
    const { now, progress, step } = walk;
    expect(Object.assign(walk, { now, progress, step }).hears({ kind: 'replied' }).end.status).toBe('succeeded');
    const gone = { status: 'failed', error: { code: 'ItemNotFound' } };
    for (const said of [absent, notFound])
      expect(Object.assign(walk, { now, progress, step }).untilEnd(() => said).end).toMatchObject(gone);
    expect(walk.now - now).toBeLessThan(3 * minute);
  });
});

describe('a message that somebody has sent', () => {
  const attached = (plan: Plan): Walk => new Walk(plan).hears(listed).hears({ kind: 'attached', id: 'a' });

  it('keeps the file of an upload that is cancelled after that', () => {
    const walk = attached(aPost).hears({ kind: 'cancelRequested' });
    expect(walk.step).toMatchObject({ do: 'removeAttachment', attachmentId: 'a' });
    expect(walk.hears({ kind: 'sentByOthers' }).end).toMatchObject({
      status: 'succeeded',
      attachment: { id: 'a', verified: false },
      warnings: [{ code: 'CancelledTooLate' }],
    });
  });

  it('keeps wrong bytes, too, and the end tells of them', () => {
    const wrong: Outcome = { kind: 'read', id: 'a', name: 'q3.pdf', verdict: 'differs', sha256: 'x', sizeBytes: 30 };
    const walk = attached(aPost).hears(wrong).hears(wrong);
    expect(walk.step.do).toBe('removeAttachment');
    const { error } = walk.hears({ kind: 'sentByOthers' }).end;
    expect(error).toMatchObject({ code: 'VerificationFailed', leftBehind: ['attachment a'] });
  });
});

describe('a session at a host that the settings forbid', () => {
  it('is not tried to be closed again and again', () => {
    const forbidden: Outcome = { kind: 'refused', problem: { code: 'NotConfigured', detail: 'No.' } };
    const walk = new Walk(aPlan).hears(listed).hears(opened);
    walk.untilEnd(() => forbidden);
    expect(walk.end.error).toMatchObject({ code: 'NotConfigured' });
    expect(walk.count('cancelUploadSession')).toBe(1);
    expect(walk.now - startedAt).toBeLessThan(10_000);
  });
});
