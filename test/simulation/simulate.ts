import type { UploadRecord } from '../../src/core/upload/record';
import type { Replays } from '../orchestrators/support/replayed';
import type { Mistake } from './app';
import { wasDecidable } from './decidable';
import { differences } from './ends';
import { Fault, FaultLog, On, scripted } from './faults';
import { violations } from './invariants';
import type { Scenario } from './scenario';
import type { Grain } from './stateKey';
import { World } from './world';

export interface Verdict {
  readonly faults: readonly Fault[];
  readonly violations: readonly string[];
  readonly records: readonly UploadRecord[];
  readonly log: FaultLog;
  /** It was left where it had come to a state from which others ended well. */
  readonly isLeft: boolean;
  /** Virtual time until the last end. */
  readonly tookMs: number;
  /** The most calls of the mailbox by one upload in a minute, and the rows of the longest history. */
  readonly mostAsks: number;
  /** Uploads that ended as OutcomeUnknown though they could have known. */
  readonly falseUnknown: number;
  readonly mostRows: number;
}

/** What comes late (commits, zombies) comes within this time after the end. */
const drainMs = 15 * 60_000;
const maxEvents = 30_000;

export interface Options {
  /** How finely states are told; which occasions are noted with them. */
  readonly grain?: Grain;
  readonly notes?: ReadonlySet<On>;
  /** States from which runs were seen to end well: when all faults have come, a run that comes to one of them is left there. */
  readonly endsWell?: ReadonlySet<string>;
  /** What is wrong with the app. */
  readonly mistake?: Mistake;
  readonly replays?: Replays;
  readonly trace?: (text: string) => void;
}

/** Runs a scenario with these faults to its end and says what is wrong with it. */
export async function simulate(
  scenario: Scenario,
  faults: readonly Fault[] | FaultLog,
  { grain, notes = new Set(), endsWell, mistake, replays, trace }: Options = {},
): Promise<Verdict> {
  const log = faults instanceof FaultLog ? faults : scripted(faults);
  const world = new World(scenario, log, mistake, replays);
  world.onDecision = trace;
  if (grain) world.watchStates(grain, notes);
  await world.accept();
  const problems: string[] = [];
  let events = 0;
  let isLeft = false;
  const isKnown = (): boolean => endsWell !== undefined && log.states.some((state) => endsWell.has(state));
  try {
    while (!hasEnded(world) && events++ < maxEvents && !(isLeft = isKnown())) {
      const happening = log.moment();
      if (happening) await world.happen(happening);
      if (!(await world.clock.next())) break;
    }
    if (events >= maxEvents) problems.push(`no end after ${maxEvents} events`);
    if (!isLeft) await world.drain(drainMs);
    problems.push(...(isLeft ? world.leaks : [...violations(world), ...differences(world, log.chosen)]));
  } catch (cause) {
    problems.push(`threw: ${cause instanceof Error ? (trace ? cause.stack : cause.message) : String(cause)}`);
  }
  const records = world.records.all();
  return {
    faults: log.chosen,
    violations: problems,
    records,
    log,
    isLeft,
    tookMs: tookMs(records),
    falseUnknown: records.filter((record) => wasDecidable(world, record)).length,
    mostAsks: world.conduct.mostAsksInAMinute,
    mostRows: world.conduct.mostRows,
  };
}

const hasEnded = (world: World): boolean => world.records.haveAllEnded && world.host.isQuiet;

const tookMs = (records: readonly UploadRecord[]): number =>
  Math.max(...records.map(({ end, request }) => (end?.endedAt ?? request.createdAt) - request.createdAt));
