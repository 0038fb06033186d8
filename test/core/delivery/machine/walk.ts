import { begin, decide } from '../../../../src/core/delivery/machine/decide';
import type { Outcome, Plan, Progress, Step } from '../../../../src/core/delivery/machine/progress';
import type { Event } from '../../../../src/core/job/machine';

export const startedAt = Date.parse('2026-11-22T09:00:00Z');
export const hour = 3_600_000;
export const aPlan: Plan = {
  id: 'd',
  item: null,
  makes: 'message',
  readsItem: false,
  uploads: ['u1', 'u2'],
  filesBytes: 1000,
  messageLimitBytes: 36_700_160,
  announces: 'send',
  proof: 'receipts',
  keepOnFailure: false,
  settleMs: 60_000,
  deadlineAt: startedAt + 24 * hour,
};
export const onItem: Plan = { ...aPlan, item: 'users/m/messages/A=', makes: null, readsItem: true };
export const onEvent: Plan = { ...onItem, item: 'users/m/events/E=', announces: 'notify' };

export type Said = Outcome | Event;

export const item: Outcome = { kind: 'item', heldBytes: 0 };
export const drafted: Outcome = { kind: 'drafted', item: 'x', isMarked: true };
export const listed: Outcome = { kind: 'listed', missing: [] };
export const refused: Outcome = { kind: 'refused', problem: { code: 'AccessDenied', detail: 'No.' } };
export const ended = (id: string, changes: object = {}): Outcome => ({
  kind: 'uploadEnded',
  upload: { id, name: `${id}.pdf`, status: 'succeeded', proof: 'bytes', ...changes },
});
/** A new draft with both files on it, proven. */
export const whole: readonly Outcome[] = [drafted, ended('u1'), ended('u2'), listed];

export class Walk {
  progress: Progress;
  step: Step;
  now = startedAt;
  readonly done: string[] = [];

  constructor(readonly plan: Plan) {
    [this.progress, this.step] = begin(plan, this.now);
  }
  /** Hears what was said `tookMs` after the step's time. */
  hears(said: Said, tookMs = 100): this {
    if (said.kind !== 'cancelRequested') this.now = Math.max(this.now, this.step.notBefore) + tookMs;
    this.done.push(this.step.do);
    [this.progress, this.step] = decide(this.progress, said, this.now);
    return this;
  }
  all(said: readonly Said[]): this {
    for (const one of said) this.hears(one);
    return this;
  }
  /** The same answer until `step` is another one. */
  until(said: Said): this {
    const from = this.step.do;
    for (let n = 0; this.step.do === from; n++) {
      if (n > 500) throw new Error(`No end of ${from}.`);
      this.hears(said);
    }
    return this;
  }
  get end() {
    if (this.step.do !== 'end') throw new Error(`No end yet: ${this.step.do}`);
    return this.step.end;
  }
}
export const walk = (plan: Plan, said: readonly Said[] = []): Walk => new Walk(plan).all(said);
