import type { Making, Plan } from '../../../../src/core/delivery/machine/progress';

/** Numbers that follow from a seed (a 32-bit xorshift-multiply generator). */
export class Chance {
  private state: number;
  constructor(seed: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    const a = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    const b = (a + Math.imul(a ^ (a >>> 7), a | 61)) ^ a;
    return ((b ^ (b >>> 14)) >>> 0) / 2 ** 32;
  }
  maybe(p: number): boolean {
    return this.next() < p;
  }
  pick<T>(...all: readonly T[]): T {
    return all[Math.floor(this.next() * all.length)]!;
  }
}

export type Fate = 'attached' | 'receipts' | 'none' | 'failed';

/** One random run: what is asked for, what the service and the platform do to it. */
export interface Schedule {
  readonly seed: number;
  readonly target: 'message' | 'reply' | 'draft' | 'event';
  readonly announces: Plan['announces'];
  readonly proof: Plan['proof'];
  readonly keepOnFailure: boolean;
  readonly fates: readonly Fate[];
  readonly takesMarks: boolean;
  readonly movesAfterMs: number;
  readonly idAfterSend: 'kept' | 'gone';
  /** How often a call meets a fault, until `faults` are used up. */
  readonly chance: number;
  readonly faults: number;
  readonly cancels: boolean;
  readonly losses: 'no' | 'checkpoint' | 'facts' | 'mixed';
  /** Somebody removes a file of ours from the item while the delivery works. */
  readonly removesFile: boolean;
  readonly deadlineMinutes: number;
}

export function scheduleOf(seed: number): Schedule {
  const chance = new Chance(seed * 7919 + 1);
  const target = chance.pick('message', 'message', 'reply', 'draft', 'draft', 'event');
  const files = chance.pick(0, 1, 2, 3);
  return {
    seed,
    target,
    announces: target === 'event' ? 'notify' : chance.pick('send', 'send', 'send', null),
    proof: chance.pick('bytes', 'receipts', 'receipts'),
    keepOnFailure: chance.maybe(0.3),
    fates: [...Array(files).keys()].map(() =>
      chance.pick<Fate>('attached', 'attached', 'attached', 'attached', 'attached', 'attached', 'receipts', 'none', 'failed'),
    ), // prettier-ignore
    takesMarks: chance.maybe(0.85),
    movesAfterMs: chance.pick(200, 5_000, 30_000),
    idAfterSend: chance.pick('kept', 'kept', 'gone'),
    chance: chance.pick(0, 0.05, 0.15, 0.4),
    faults: 1 + Math.floor(chance.next() * 12),
    cancels: chance.maybe(0.3),
    losses: chance.pick('no', 'checkpoint', 'facts', 'mixed'),
    removesFile: chance.maybe(0.1),
    deadlineMinutes: chance.pick(60, 60, 15, 4),
  };
}

export const makingOf = ({ target }: Schedule): Making | null =>
  target === 'message' ? 'message' : target === 'reply' ? 'reply' : null;
