import type { UploadRecord } from '../../src/core/uploadRecord';
import type { UploadMachine } from '../../src/orchestrators/attachFile';
import { Fault, FaultLog, scripted } from './faults';
import { violations } from './invariants';
import { Scenario, World } from './world';

export interface Verdict {
  readonly faults: readonly Fault[];
  readonly violations: readonly string[];
  readonly records: readonly UploadRecord[];
  readonly log: FaultLog;
  /** Virtual time until the last end. */
  readonly tookMs: number;
}

/** What comes late (commits, zombies) comes within this time after the end. */
const drainMs = 15 * 60_000;
const maxEvents = 30_000;

export interface Options {
  /** Notes every occasion with the state of everything. */
  readonly watchesStates?: boolean;
  /** Who decides in place of the app's own machine. */
  readonly machine?: UploadMachine;
}

/** Runs a scenario with these faults to its end and says what is wrong with it. */
export async function simulate(
  scenario: Scenario,
  faults: readonly Fault[] | FaultLog,
  { watchesStates = false, machine }: Options = {},
): Promise<Verdict> {
  const log = faults instanceof FaultLog ? faults : scripted(faults);
  const world = new World(scenario, log, machine);
  if (watchesStates) world.watchStates();
  await world.accept();
  const problems: string[] = [];
  let events = 0;
  try {
    while (!hasEnded(world) && events++ < maxEvents) {
      const happening = log.moment();
      if (happening) await world.happen(happening);
      if (!(await world.clock.next())) break;
    }
    if (events >= maxEvents) problems.push(`no end after ${maxEvents} events`);
    const endedAt = world.clock.now;
    await world.clock.until(() => false, endedAt + drainMs);
    problems.push(...violations(world));
  } catch (cause) {
    problems.push(`threw: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const records = world.records.all();
  return { faults: log.chosen, violations: problems, records, log, tookMs: tookMs(records) };
}

const hasEnded = (world: World): boolean => world.host.isQuiet && world.records.all().every(({ end }) => end);

const tookMs = (records: readonly UploadRecord[]): number =>
  Math.max(...records.map(({ end, request }) => (end?.endedAt ?? request.createdAt) - request.createdAt));
