import { violations } from './invariants';
import { scheduleOf } from './schedule';
import { Mishearing, simulate } from './simulate';

/** More of them: DELIVERY_SCHEDULES=100000 DELIVERY_SEED=1 npx jest schedules. */
const runs = Number(process.env['DELIVERY_SCHEDULES'] ?? 3000);
const firstSeed = Number(process.env['DELIVERY_SEED'] ?? 1);

it(`keeps its promises in ${runs} random schedules of faults, losses and cancels`, () => {
  const broken = new Map<string, number[]>();
  const ends = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const run = simulate(scheduleOf(seed));
    for (const text of violations(run)) broken.set(text, [...(broken.get(text) ?? []), seed]);
    const { status, sent, error } = run.end ?? { status: 'none', sent: undefined };
    const end = `${status} ${String(sent)} ${error?.code ?? ''}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  if (process.env['DELIVERY_ENDS']) process.stdout.write(`${JSON.stringify([...ends], null, 1)}\n`);
  expect([...broken].map(([text, seeds]) => `${seeds.length}x ${text}, e.g. ${seeds.slice(0, 4).join()}`)).toEqual([]);
}, 3_600_000);

const isSend = (step: string): boolean => step === 'sendMessage' || step === 'notifyAttendees';

it.each<[string, Mishearing, RegExp]>([
  [
    'takes a lost answer to a send for a send that was not done',
    (said, { do: step }) => (said.kind === 'unclear' && isSend(step) ? { kind: 'notDone' } : said),
    /^announced [2-9] times/,
  ],
  [
    'takes a 429 for a proof that nothing was sent',
    (said, { do: step }) => (said.kind === 'throttled' && isSend(step) ? { kind: 'notDone' } : said),
    /^announced [2-9] times/,
  ],
  [
    'repeats what may still be on its way',
    (said) => (said.kind === 'unsent' ? { ...said, isOpen: false } : said),
    /^announced [2-9] times/,
  ],
  [
    'does not look which files are there',
    (said) => (said.kind === 'listed' ? { kind: 'listed', missing: [] } : said),
    /^sent without u/,
  ],
  [
    'takes a lost draft for one that was not made',
    (said, { do: step }) => (said.kind === 'unclear' && step === 'createDraft' ? { kind: 'notDone' } : said),
    /drafts of ours are there/,
  ],
  [
    'believes a refusal of a send',
    (said, { do: step }) =>
      said.kind === 'refused' && isSend(step) ? { kind: 'notOurs', problem: said.problem } : said,
    /^says not sent, was sent/,
  ],
])('the model finds a machine that %s', (_what, mishear, expected) => {
  const found = (seed: number): boolean =>
    violations(simulate(scheduleOf(seed), mishear)).some((text) => expected.test(text));
  expect([...Array(20_000).keys()].some(found)).toBe(true);
});
