// npm run sim -- --seed N --runs M | --all | --replay '{"scenario":…,"faults":[…]}'; --json prints the figures alone
import { parseArgs } from 'node:util';
import { explore } from './explore';
import { faultRuns } from './faultRuns';
import type { Fault } from './faults';
import { FigureCount } from './figures';
import { Failure, shrink } from './randomRuns';
import { budgets, enumerated } from './scenarios';
import { simulate, Verdict } from './simulate';
import type { Scenario } from './world';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2000' },
    all: { type: 'boolean', default: false },
    replay: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);

/** A failure as it can be run again. */
function report({ scenario, faults, violations }: Omit<Failure, 'seed'>): void {
  for (const text of violations) say(`  broken: ${text}`);
  for (const fault of faults) say(`  fault:  ${JSON.stringify(fault)}`);
  say(`  again:  npm run sim -- --replay '${JSON.stringify({ scenario, faults })}'`);
}

async function byChance(): Promise<number> {
  const { figures, failure } = await faultRuns(Number(values.seed), Number(values.runs), (done) => say(`${done} runs`));
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (!failure) return 0;
  say(`Seed ${failure.seed} breaks an invariant:`);
  report(failure);
  return 1;
}

async function everything(): Promise<number> {
  const failures: { scenario: Scenario; verdict: Verdict }[] = [];
  for (const [scenario, budget] of enumerated.flatMap((one) => budgets.map((budget) => [one, budget] as const))) {
    const count = new FigureCount();
    const visit = (_: Scenario, verdict: Verdict): boolean => {
      count.add(verdict);
      if (verdict.violations.length > 0) failures.push({ scenario, verdict });
      return failures.length === 0;
    };
    await explore(scenario, budget, visit, { grain: 'second' });
    say(`${scenario.name}, ${JSON.stringify(budget)}: ${JSON.stringify(count.figures)}`);
    if (failures.length > 0) break;
  }
  for (const { scenario, verdict } of failures) report(await shrink(scenario, verdict.faults));
  return failures.length === 0 ? 0 : 1;
}

async function again(text: string): Promise<number> {
  const { scenario, faults } = JSON.parse(text) as { scenario: Scenario; faults: Fault[] };
  const verdict = await simulate(scenario, faults);
  say(verdict.log.calls.map((call, i) => `${i}:${call}`).join(' '));
  for (const { id, end } of verdict.records) say(`${id}: ${JSON.stringify(end)}`);
  for (const text of verdict.violations) say(`broken: ${text}`);
  return verdict.violations.length === 0 ? 0 : 1;
}

const work = values.replay === undefined ? (values.all ? everything() : byChance()) : again(values.replay);
void work.then((code) => (process.exitCode = code));
