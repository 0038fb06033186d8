// npm run sim -- --seed N --runs M                                   by chance
//             -- --all                                              every schedule (explore.ts) of every scenario
//             -- --enumerate "one range,two ids" --budget "2,0,0,0 0,0,0,1" --grain phase   some of them
//             -- --replay '{"scenario":…,"faults":[…]}'               one again
// --json prints the figures alone
import { parseArgs } from 'node:util';
import { Budget, explore } from './explore';
import { faultRuns } from './faultRuns';
import type { Fault } from './faults';
import type { Failure } from './randomRuns';
import { Watch } from './report';
import { budgetsOf, enumerated, traited } from './scenarios';
import { simulate } from './simulate';
import type { Scenario } from './scenario';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2000' },
    all: { type: 'boolean', default: false },
    enumerate: { type: 'string' },
    budget: { type: 'string' },
    grain: { type: 'string', default: 'second' },
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

async function enumerate(scenarios: readonly Scenario[], given: readonly Budget[] | undefined): Promise<number> {
  for (const scenario of scenarios) {
    for (const budget of given ?? budgetsOf(scenario)) {
      const watch = new Watch();
      const name = `${scenario.name} ${Object.values(budget).join()}`;
      await explore(scenario, budget, watch.visit, {
        grain: values.grain === 'phase' ? 'phase' : 'second',
        onProgress: (done, left) => process.stderr.write(`${name}: ${done} runs, ${left} known that are left\n`),
      });
      process.stdout.write(`${JSON.stringify({ scenario: scenario.name, budget, ...watch.count.figures })}\n`);
      const failure = await watch.failure();
      if (failure) report(failure);
      if (failure) return 1;
    }
  }
  return 0;
}

/** "2,1,0,0": faults, crashes, others, losses. */
function budgetOf(text: string): Budget {
  const [faults = 0, crashes = 0, others = 0, losses = 0] = text.split(',').map(Number);
  return { faults, crashes, others, losses };
}

async function again(text: string): Promise<number> {
  const { scenario, faults } = JSON.parse(text) as { scenario: Scenario; faults: Fault[] };
  const verdict = await simulate(scenario, faults, { trace: say });
  say(verdict.log.calls.map((call, i) => `${i}:${call}`).join(' '));
  for (const { id, end } of verdict.records) say(`${id}: ${JSON.stringify(end)}`);
  for (const text of verdict.violations) say(`broken: ${text}`);
  return verdict.violations.length === 0 ? 0 : 1;
}

function work(): Promise<number> {
  if (values.replay !== undefined) return again(values.replay);
  if (!values.all && values.enumerate === undefined) return byChance();
  const names = values.enumerate?.split(',');
  const scenarios = [...enumerated, ...traited].filter(({ name }) => names?.includes(name) ?? true);
  return enumerate(scenarios, values.budget?.split(' ').map(budgetOf));
}

void work().then((code) => (process.exitCode = code));
