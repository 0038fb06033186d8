import type { UploadMachine } from '../../src/orchestrators/attachFile';
import { atTheEnd } from '../orchestrators/support/activityRun';
import type { Fault, Occasion } from './faults';
import { blobMenu, fullWireMenu, happeningMenu, wireMenu } from './menu';
import { simulate, Verdict } from './simulate';
import type { Scenario } from './world';

/** Called with every run; false ends the exploration. */
export type Visit = (scenario: Scenario, verdict: Verdict) => boolean;

/** What may still go wrong in a run. */
export interface Budget {
  /** Of service and storage. */
  readonly faults: number;
  /** The worker or the host dies, at a boundary of an activity. */
  readonly crashes: number;
  /** Any other thing that befalls the platform or comes from the user: a cancel, a lost instance, a zombie… */
  readonly others: number;
}

const nothing: Budget = { faults: 0, crashes: 0, others: 0 };
const size = ({ faults, crashes, others }: Budget): number => faults + crashes + others;
const covers = (a: Budget, b: Budget): boolean =>
  a.faults >= b.faults && a.crashes >= b.crashes && a.others >= b.others;

interface Branch {
  readonly fault: Fault;
  readonly left: Budget;
}

/**
 * All schedules within the budget, up to what goes on alike: at every occasion everything that can go wrong there, and at
 * every occasion of the run that this leads to, and so on. Where a run has come to a state of everything (stateKey.ts) from
 * which at least as much was tried before, nothing is tried again: what goes on alike ends alike.
 */
export async function explore(
  scenario: Scenario,
  budget: Budget,
  visit: Visit,
  machine?: UploadMachine,
): Promise<void> {
  const tried = new Map<string, Budget[]>();
  const isNew = (key: string, left: Budget): boolean => {
    const before = tried.get(key) ?? [];
    if (before.some((one) => covers(one, left))) return false;
    tried.set(key, [...before.filter((one) => !covers(left, one)), left]);
    return true;
  };
  // what may still go on longest comes first: it covers most of the others
  const todo: { readonly faults: readonly Fault[]; readonly left: Budget }[][] = [];
  const add = (faults: readonly Fault[], left: Budget): void => void (todo[size(left)] ??= []).push({ faults, left });
  add([], budget);
  for (;;) {
    const next = todo.findLast((those) => those.length > 0)?.pop();
    if (!next) return;
    const options = { watchesStates: size(next.left) > 0, ...(machine ? { machine } : {}) };
    const verdict = await simulate(scenario, next.faults, options);
    if (!visit(scenario, verdict)) return;
    const { occasions, before } = verdict.log;
    for (const occasion of occasions.slice(before)) {
      for (const { fault, left } of branches(occasion, next.left, isNew)) add([...next.faults, fault], left);
    }
  }
}

function branches(occasion: Occasion, left: Budget, isNew: (key: string, left: Budget) => boolean): Branch[] {
  switch (occasion.on) {
    case 'wire':
    case 'blob':
      return left.faults > 0 && isNew(`fault ${occasion.key}`, left) ? faultsAt(occasion, left) : [];
    case 'activity':
      return [
        ...(left.crashes > 0 && isNew(`crash ${occasion.key}`, left) ? crashesAt(occasion, left) : []),
        ...(left.others > 0 && isNew(`other ${occasion.key}`, left) ? zombiesAt(occasion, left) : []),
      ];
    case 'moment':
      return left.others > 0 && isNew(`moment ${occasion.key}`, left) ? happeningsAt(occasion, left) : [];
  }
}

/** Faults that are decided like another of the menu are met alone. */
function faultsAt(occasion: Extract<Occasion, { on: 'wire' | 'blob' | 'moment' }>, left: Budget): Branch[] {
  const { on, nth } = occasion;
  const after = { ...left, faults: left.faults - 1 };
  if (on !== 'wire') return blobMenu.map((what) => ({ fault: { on: 'blob', nth, do: what }, left: after }));
  const { call } = occasion;
  const menu = wireMenu[call];
  return fullWireMenu(call).map((what) => ({
    fault: { on, nth, call, do: what },
    left: menu.includes(what) ? after : nothing,
  }));
}

function crashesAt({ nth, at }: Extract<Occasion, { on: 'activity' }>, left: Budget): Branch[] {
  const after = { ...left, crashes: left.crashes - 1 };
  return [
    { fault: { on: 'activity', nth, do: { kind: 'dies', at } }, left: after },
    { fault: { on: 'activity', nth, do: { kind: 'comesAgain', at } }, left: after },
  ];
}

const zombieMs = 100_000;

function zombiesAt({ nth, at }: Extract<Occasion, { on: 'activity' }>, left: Budget): Branch[] {
  const after = { ...left, others: left.others - 1 };
  const zombies = (['fails', 'comesAgain'] as const).map((then): Branch => ({
    fault: { on: 'activity', nth, do: { kind: 'zombie', at, ms: zombieMs, then } },
    left: after,
  }));
  if (at !== atTheEnd) return zombies;
  const twice = [0, 30, 1_000].flatMap((gapMs) =>
    ([0, 1] as const).map((wins): Branch => ({
      fault: { on: 'activity', nth, do: { kind: 'twice', gapMs, wins } },
      left: after,
    })),
  );
  return [...zombies, ...twice];
}

const happeningsAt = ({ nth }: Extract<Occasion, { on: 'wire' | 'blob' | 'moment' }>, left: Budget): Branch[] =>
  happeningMenu.map((what) => ({
    fault: { on: 'moment', nth, do: what },
    left: { ...left, others: left.others - 1 },
  }));
