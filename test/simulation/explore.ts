import type { Fault, Occasion, On } from './faults';
import type { Mistake } from './app';
import { blobMenu, deathsAt, doublesAt, fullWireMenu, happeningMenu, lossMenu, recordMenu, wireMenu } from './menu';
import { simulate, Verdict } from './simulate';
import type { Grain } from './stateKey';
import type { Scenario } from './scenario';

/** Called with every run; false ends the exploration. */
export type Visit = (scenario: Scenario, verdict: Verdict) => boolean;

/** What may still go wrong in a run. */
export interface Budget {
  /** Of service and storage. */
  readonly faults: number;
  /** The worker or the host dies, at a boundary of an activity. */
  readonly crashes: number;
  /** Any other thing that befalls the platform or comes from the user: a cancel, a zombie, storage without an answer… */
  readonly others: number;
  /** The orchestration is lost or stuck, or another version of the app is deployed. */
  readonly losses: number;
}

export const nothing: Budget = { faults: 0, crashes: 0, others: 0, losses: 0 };
const size = ({ faults, crashes, others, losses }: Budget): number => faults + crashes + others + losses;
const covers = (a: Budget, b: Budget): boolean =>
  a.faults >= b.faults && a.crashes >= b.crashes && a.others >= b.others && a.losses >= b.losses;

export interface ExploreOptions {
  readonly grain?: Grain;
  readonly mistake?: Mistake;
  /** A run after whose last fault everything is as it was in another run, which ended well, is left there. */
  readonly mayLeave?: boolean;
  /** Told after each thousand runs: how many were done, and how many are known that are left. */
  readonly onProgress?: (done: number, left: number) => void;
}

interface Branch {
  readonly fault: Fault;
  readonly left: Budget;
}

/** So many runs are replayed from the start when they have ended: whether an orchestrator is deterministic hangs on few of them. */
const replayedOneIn = 10;

/**
 * All schedules within the budget, up to what goes on alike: at every occasion everything that can go wrong there, and at
 * every occasion of the run that this leads to, and so on. Where a run has come to a state of everything (stateKey.ts) from
 * which at least as much was tried before, nothing is tried again: what goes on alike ends alike.
 */
export async function explore(
  scenario: Scenario,
  budget: Budget,
  visit: Visit,
  { mistake, mayLeave = true, grain = 'second', onProgress }: ExploreOptions = {},
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
  const endsWell = new Set<string>();
  let runs = 0;
  for (;;) {
    const next = todo.findLast((those) => those.length > 0)?.pop();
    if (!next) return;
    if (runs > 0 && runs % 1000 === 0) onProgress?.(runs, todo.flat().length);
    const leaves = size(next.left) === 0 && mayLeave;
    const replays = runs++ % replayedOneIn === 0 ? 'atTheEnd' : 'never';
    const verdict = await simulate(scenario, next.faults, {
      grain,
      notes: notedFor(next.left),
      replays,
      ...(leaves ? { endsWell } : {}),
      ...(mistake ? { mistake } : {}),
    });
    if (!visit(scenario, verdict)) return;
    if (verdict.violations.length === 0) for (const state of verdict.log.states) endsWell.add(state);
    for (const occasion of verdict.log.occasions) {
      for (const { fault, left } of branches(occasion, next.left, isNew)) add([...next.faults, fault], left);
    }
  }
}

const notedFor = ({ faults, crashes, others, losses }: Budget): ReadonlySet<On> =>
  new Set<On>([
    ...(faults > 0 ? (['wire', 'blob'] as const) : []),
    ...(crashes > 0 ? (['activity'] as const) : []),
    ...(others > 0 ? (['activity', 'records', 'moment'] as const) : []),
    ...(losses > 0 ? (['moment'] as const) : []),
  ]);

type At<K extends Occasion['on']> = Extract<Occasion, { on: K }>;
type IsNew = (key: string, left: Budget) => boolean;

/** All that can go wrong there, where it was not tried in this state before. */
function branches(occasion: Occasion, left: Budget, isNew: IsNew): Branch[] {
  const may = (what: keyof Budget, key = occasion.key): boolean =>
    left[what] > 0 && isNew(`${what} ${occasion.on} ${key}`, left);
  switch (occasion.on) {
    case 'wire':
      return may('faults') ? wireFaultsAt(occasion, spent(left, 'faults')) : [];
    case 'blob':
      return may('faults') ? each(blobMenu, occasion, spent(left, 'faults')) : [];
    case 'records':
      return may('others') ? each(recordMenu, occasion, spent(left, 'others')) : [];
    case 'moment':
      return [
        ...(may('others') ? each(happeningMenu, occasion, spent(left, 'others')) : []),
        ...(may('losses') ? each(lossMenu, occasion, spent(left, 'losses')) : []),
      ];
    case 'activity':
      return [
        // what was only read dies with whoever read it
        ...(may('crashes', occasion.changes) ? each(deathsAt(occasion.at), occasion, spent(left, 'crashes')) : []),
        ...(may('others') ? each(doublesAt(occasion.at), occasion, spent(left, 'others')) : []),
      ];
  }
}

const spent = (left: Budget, what: keyof Budget): Budget => ({ ...left, [what]: left[what] - 1 });

const each = (menu: readonly Fault['do'][], { on, nth }: Occasion, left: Budget): Branch[] =>
  menu.map((what) => ({ fault: { on, nth, do: what } as Fault, left }));

/** Faults that are decided like another one of the menu are met alone. */
const wireFaultsAt = ({ on, nth, call }: At<'wire'>, left: Budget): Branch[] =>
  fullWireMenu(call).map((what) => ({
    fault: { on, nth, call, do: what },
    left: wireMenu[call].includes(what) ? left : nothing,
  }));
