import type { Fault, Happening, Operation } from './faults';
import { blobMenu, fullWireMenu, happeningMenu, mishapMenu, recordMenu, wireMenu } from './menu';
import { simulate, Verdict } from './simulate';
import type { Scenario } from './world';

/** Called with every run; false ends the enumeration. */
export type Visit = (scenario: Scenario, verdict: Verdict) => boolean;

/** Which of many to run: each `every`th, so that all are run when there is time, and a spread of them when there is not. */
export interface Thinning {
  readonly every: number;
}
const all: Thinning = { every: 1 };

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const wireFaults = (operation: Operation, nth: number, isFull: boolean): Fault[] =>
  (isFull ? fullWireMenu(operation) : wireMenu[operation]).map((what) => ({
    on: 'wire',
    nth,
    call: operation,
    do: what,
  }));
const blobFaults = (nth: number): Fault[] => blobMenu.map((what) => ({ on: 'blob', nth, do: what }));

/** All faults of service and storage that can come after those of a run, each as one more fault. */
function nextFaults({ faults, log }: Verdict, isFull: boolean): Fault[] {
  const last = (on: Fault['on']): number =>
    Math.max(-1, ...faults.filter((one) => one.on === on).map((one) => one.nth));
  const wire = log.calls.flatMap((operation, nth) => (nth > last('wire') ? wireFaults(operation, nth, isFull) : []));
  const blob = upTo(log.counts.blob).flatMap((nth) => (nth > last('blob') ? blobFaults(nth) : []));
  return [...wire, ...blob];
}

const momentFaults = ({ log }: Verdict, happenings: readonly Happening[]): Fault[] =>
  upTo(log.counts.moment).flatMap((nth) => happenings.map((what): Fault => ({ on: 'moment', nth, do: what })));

const activityFaults = ({ log }: Verdict): Fault[] =>
  log.boundaries.flatMap((count, nth) => mishapMenu(count).map((what): Fault => ({ on: 'activity', nth, do: what })));

const recordFaults = ({ log }: Verdict): Fault[] =>
  upTo(log.counts.records).flatMap((nth) => recordMenu.map((what): Fault => ({ on: 'records', nth, do: what })));

/**
 * No fault, one fault of service or storage, and all pairs of them along the way that the first one leads to. Faults that
 * are decided alike (500 and 503, the ways to write Retry-After) stand for each other in pairs: `wireMenu` has one of each.
 */
export async function enumerateFaults(scenario: Scenario, visit: Visit, pairs: Thinning = all): Promise<void> {
  const base = await simulate(scenario, []);
  if (!visit(scenario, base)) return;
  const inPairs = new Set(nextFaults(base, false).map((fault) => JSON.stringify(fault)));
  let count = 0;
  for (const first of nextFaults(base, true)) {
    const one = await simulate(scenario, [first]);
    if (!visit(scenario, one)) return;
    if (!inPairs.has(JSON.stringify(first))) continue;
    for (const second of nextFaults(one, false)) {
      if (count++ % pairs.every === 0 && !visit(scenario, await simulate(scenario, [first, second]))) return;
    }
  }
}

/**
 * After none and after one fault of service or storage: a crash at every moment, every other happening at every moment,
 * every mishap of every activity at each of its waits, every fault of the records.
 */
export async function enumeratePlatform(scenario: Scenario, visit: Visit, afterFault: Thinning = all): Promise<void> {
  const base = await simulate(scenario, []);
  const befores: Fault[][] = [[], ...nextFaults(base, false).map((fault) => [fault])];
  let count = 0;
  for (const before of befores) {
    const run = await simulate(scenario, before);
    const happenings = momentFaults(run, ['crash', ...happeningMenu]);
    for (const fault of [...happenings, ...activityFaults(run), ...recordFaults(run)]) {
      if (before.length > 0 && count++ % afterFault.every > 0) continue;
      if (!visit(scenario, await simulate(scenario, [...before, fault]))) return;
    }
  }
}
