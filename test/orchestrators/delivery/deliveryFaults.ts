import { atTheEnd, Mishap } from '../support/activityRun';
import type { MailFault } from './mailModel';

export type MailCall = 'create' | 'patch' | 'send' | 'find' | 'read' | 'list' | 'remove' | 'removeAttachment';
export type Happening = 'crash' | 'cancel' | 'lose' | 'vanish' | 'loseUpload' | 'vanishUpload';

/** What goes wrong, and when: the nth call (if it is this one), activity or moment of a run, counted from 0. */
export type Fault =
  | { readonly on: 'call'; readonly nth: number; readonly call: MailCall; readonly do: MailFault }
  | { readonly on: 'activity'; readonly nth: number; readonly do: Mishap }
  | { readonly on: 'moment'; readonly nth: number; readonly do: Happening };

type DoOf<K extends Fault['on']> = Extract<Fault, { on: K }>['do'];

/** Exactly these faults; keeps what there was to go wrong, so that the next ones can be chosen. */
export class Script {
  readonly calls: MailCall[] = [];
  readonly boundaries: number[] = [];
  activities = 0;
  moments = 0;

  constructor(readonly faults: readonly Fault[]) {}

  call(name: MailCall): MailFault | undefined {
    const nth = this.calls.push(name) - 1;
    const fault = this.faults.find((one) => one.on === 'call' && one.nth === nth && one.call === name);
    return fault?.on === 'call' ? fault.do : undefined;
  }
  activity(): Mishap | undefined {
    return this.at('activity', this.activities++);
  }
  moment(): Happening | undefined {
    return this.at('moment', this.moments++);
  }

  private at<K extends Fault['on']>(on: K, nth: number): DoOf<K> | undefined {
    return this.faults.find((fault) => fault.on === on && fault.nth === nth)?.do as DoOf<K> | undefined;
  }
}

const answer = (status: number, retryAfter?: string): MailFault =>
  retryAfter === undefined ? { kind: 'answer', status } : { kind: 'answer', status, retryAfter };
const refusals = [answer(429, '30'), answer(429), answer(503), answer(404), answer(403), answer(400)];
const lost: MailFault[] = [{ kind: 'resetBefore' }, { kind: 'resetAfter' }];

/** A 404 here means that it is gone: no fault. */
const undoing = [answer(429, '30'), answer(429), answer(503), answer(403), ...lost];

/** After the settle time (60 s) nobody looks any more. */
export const lateMs = 20_000;
export const tooLateMs = 75_000;

/** What can go wrong with a call, by what it does. */
export const callMenu: Readonly<Record<MailCall, readonly MailFault[]>> = {
  create: [
    ...refusals,
    ...lost,
    { kind: 'late', ms: lateMs },
    { kind: 'late', ms: tooLateMs },
    { kind: 'lag', ms: lateMs },
  ],
  send: [
    ...refusals,
    ...refusals.map((one): MailFault => (one.kind === 'answer' ? { ...one, isDone: true } : one)),
    ...lost,
    { kind: 'late', ms: lateMs },
    { kind: 'late', ms: tooLateMs },
  ],
  patch: [...refusals, ...lost],
  remove: undoing,
  removeAttachment: undoing,
  find: [...refusals, { kind: 'resetBefore' }],
  list: [...refusals, { kind: 'resetBefore' }],
  read: [...refusals, { kind: 'resetBefore' }],
};

export const happenings: readonly Happening[] = ['crash', 'cancel', 'lose', 'vanish', 'loseUpload', 'vanishUpload'];

/** Every place of an activity that waited for I/O so many times. */
export const mishapsAt = (boundaries: number): Mishap[] => [
  ...[...Array(boundaries).keys(), atTheEnd].flatMap((at): Mishap[] => [
    { kind: 'dies', at },
    { kind: 'comesAgain', at },
  ]),
  ...[...Array(boundaries).keys()].flatMap((at): Mishap[] => [
    { kind: 'zombie', at, ms: 90_000, then: 'fails' },
    { kind: 'zombie', at, ms: 3_000, then: 'fails' },
  ]),
  { kind: 'twice', gapMs: 0, wins: 0 },
  { kind: 'twice', gapMs: 25, wins: 1 },
];

/** All single faults that such a run has room for. */
export function singleFaults(run: Script): Fault[] {
  return [
    ...run.calls.flatMap((name, nth) =>
      callMenu[name].map((what): Fault => ({ on: 'call', nth, call: name, do: what })),
    ),
    ...run.boundaries.flatMap((count, nth) =>
      mishapsAt(count).map((what): Fault => ({ on: 'activity', nth, do: what })),
    ),
    ...[...Array(run.moments).keys()].flatMap((nth) =>
      happenings.map((what): Fault => ({ on: 'moment', nth, do: what })),
    ),
  ];
}
