import { decide } from '../../src/core/upload/machine/decide';
import type { Outcome, Progress } from '../../src/core/upload/machine/progress';
import type { Event } from '../../src/core/job/machine';
import { Budget, explore } from './explore';
import { Watch } from './report';
import { oneRange, smallPost } from './scenarios';
import type { Scenario, UploadMachine } from './world';

/** The app's machine with a mistake: another outcome than was said, or another state than there was. */
const mistaken = (hears: (said: Outcome | Event, before: Progress) => Outcome | Event): UploadMachine => ({
  decide: (before, said, now) => decide(before, hears(said, before), now),
});

const mistakes: { what: string; scenario: Scenario; budget: Budget; machine: UploadMachine; found: RegExp }[] = [
  {
    what: 'a POST sent again without a look',
    scenario: smallPost,
    budget: { faults: 1, crashes: 0, others: 0 },
    machine: mistaken((said) => (said.kind === 'unclear' ? { ...said, kind: 'notDone' } : said)),
    found: /2 attachments of ours/,
  },
  {
    what: 'a crash in the POST taken for one before it',
    scenario: smallPost,
    budget: { faults: 0, crashes: 1, others: 0 },
    machine: mistaken((said) => (said.kind === 'crashed' ? { kind: 'notDone' } : said)),
    found: /attachments of ours/,
  },
  {
    what: 'wrong bytes taken for right ones',
    scenario: oneRange,
    budget: { faults: 1, crashes: 0, others: 0 },
    machine: mistaken((said) =>
      said.kind === 'read' && said.verdict === 'differs' ? { ...said, verdict: 'same' } : said,
    ),
    found: /0 with the right bytes|another SHA-256/,
  },
];

it.each(mistakes)('finds $what', async ({ scenario, budget, machine, found }) => {
  const watch = new Watch();
  await explore(scenario, budget, watch.visit, { machine, grain: 'phase' });
  expect(watch.firstViolations.join()).toMatch(found);
});

it('finds nothing where nothing is wrong, whether or not runs are left where others ended well', async () => {
  const budget = { faults: 1, crashes: 0, others: 0 };
  const [left, whole] = [new Watch(), new Watch()];
  await explore(smallPost, budget, left.visit);
  await explore(smallPost, budget, whole.visit, { mayLeave: false });
  expect([left.firstViolations, whole.firstViolations]).toEqual([[], []]);
  expect(whole.count.figures).toMatchObject({ left: 0, runs: left.count.figures.runs });
  expect(left.count.figures.left).toBeGreaterThan(20);
});
