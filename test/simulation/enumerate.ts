import type { Fault, Operation } from './faults';
import { blobMenu, fullWireMenu, happeningMenu, mishapMenu, recordMenu, wireMenu } from './menu';
import { simulate, Verdict } from './simulate';
import type { Scenario } from './world';

/** Called with every run; false ends the enumeration. */
export type Visit = (scenario: Scenario, verdict: Verdict) => boolean | void;

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
  const blob = Array.from({ length: log.counts.blob }, (_, nth) => (nth > last('blob') ? blobFaults(nth) : [])).flat();
  return [...wire, ...blob];
}

/** What the platform and the user can do at each moment of such a run. */
export function platformFaults({ log }: Verdict, happenings: readonly string[]): Fault[] {
  const moments = Array.from({ length: log.counts.moment }, (_, nth) => nth);
  return moments.flatMap((nth) => happenings.map((what) => ({ on: 'moment', nth, do: what }) as Fault));
}

export function activityFaults({ log }: Verdict): Fault[] {
  return log.boundaries.flatMap((count, nth) =>
    mishapMenu(count).map((what): Fault => ({ on: 'activity', nth, do: what })),
  );
}

export function recordFaults({ log }: Verdict): Fault[] {
  const calls = Array.from({ length: log.counts.records }, (_, nth) => nth);
  return calls.flatMap((nth) => recordMenu.map((what): Fault => ({ on: 'records', nth, do: what })));
}

/** One fault of service or storage, and all pairs of them along the way that the first one leads to. */
export async function enumerateFaults(scenario: Scenario, depth: 1 | 2, visit: Visit): Promise<void> {
  const base = await simulate(scenario, []);
  if (visit(scenario, base) === false) return;
  for (const first of nextFaults(base, true)) {
    const one = await simulate(scenario, [first]);
    if (visit(scenario, one) === false) return;
    const isRepresentative = first.on !== 'wire' || nextFaults(base, false).some((other) => same(other, first));
    if (depth < 2 || !isRepresentative) continue;
    for (const second of nextFaults(one, false)) {
      if (visit(scenario, await simulate(scenario, [first, second])) === false) return;
    }
  }
}

/** After none or one fault of the service: every platform fault at every place. */
export async function enumeratePlatform(scenario: Scenario, visit: Visit, crashOnly = false): Promise<void> {
  const base = await simulate(scenario, []);
  const happenings = crashOnly ? ['crash'] : ['crash', ...happeningMenu];
  const befores: Fault[][] = [[], ...nextFaults(base, false).map((fault) => [fault])];
  for (const before of befores) {
    const run = await simulate(scenario, before);
    const more = platformFaults(run, happenings);
    if (!crashOnly) more.push(...activityFaults(run), ...recordFaults(run));
    for (const fault of more) {
      if (visit(scenario, await simulate(scenario, [...before, fault])) === false) return;
    }
  }
}

const same = (a: Fault, b: Fault): boolean => JSON.stringify(a) === JSON.stringify(b);
