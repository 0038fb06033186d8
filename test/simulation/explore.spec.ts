import { search } from '../../src/app/uploads/search';
import type { Event } from '../../src/core/job/machine';
import type { UploadMachine } from '../../src/core/upload/machine/decide';
import type { Outcome, Progress } from '../../src/core/upload/machine/progress';
import type { Mistake } from './app';
import { Budget, explore, nothing, Visit } from './explore';
import { Watch } from './report';
import type { Scenario } from './scenario';
import { oneRange, smallPost, twoRanges } from './scenarios';

type Hears = (said: Outcome | Event, before: Progress, now: number) => Outcome | Event;
/** The app's machine with a mistake: it hears another outcome than was said. */
const mistaken = (hears: Hears): Mistake => ({
  machine: (right): UploadMachine => ({
    ...right,
    decide: (before, said, now) => right.decide(before, hears(said, before, now), now),
  }),
});

/** The id of the upload host is used as it is. */
const unresolved = mistaken((said, { asked }) =>
  said.kind === 'read' && asked.do === 'verifyAttachment' ? { ...said, id: asked.attachmentId } : said,
);
/** One reading of other bytes is enough. */
const credulous: Mistake = {
  machine: (right) => ({
    ...right,
    decide(before, said, now) {
      if (said.kind !== 'read' || said.verdict === 'same' || before.phase.name !== 'verifying')
        return right.decide(before, said, now);
      const odd = { sha256: said.sha256, sizeBytes: said.sizeBytes, at: now - 60_000 };
      return right.decide({ ...before, phase: { ...before.phase, odd } }, { ...said, verdict: 'differs' }, now);
    },
  }),
};
/** Copies are searched for without a look whether the one that stays is in the list. */
const careless: Mistake = {
  steps: {
    async findCopies({ request, step, progress, isAwaited }, deps) {
      const seen = await search(request, progress, { most: step.most + 1, isPatient: true, isAwaited }, deps);
      if (seen.kind !== 'seen') return seen;
      const ids = seen.found.map(({ id }) => id).filter((id) => id !== step.keep);
      return { kind: 'copies', ids, lookalikes: seen.lookalikes, isWhole: seen.isWhole };
    },
  },
};
/** Only what has exactly our name is ours. */
const literal: Mistake = {
  steps: {
    async findAttachment({ request, progress, isAwaited }, deps) {
      const seen = await search(request, progress, { most: 9, isPatient: true, isAwaited }, deps);
      if (seen.kind !== 'seen') return seen;
      const found = seen.found.find(({ name }) => name === request.name);
      return found ? { kind: 'found', ...found } : { kind: 'absent', lookalikes: [], isWhole: true };
    },
    findCopies: () => Promise.resolve({ kind: 'copies', ids: [], lookalikes: [], isWhole: true }),
  },
};

const one = (what: keyof Budget): Budget => ({ ...nothing, [what]: 1 });
const mistakes: { what: string; scenario: Scenario; budget: Budget; mistake: Mistake; found: RegExp }[] = [
  {
    what: 'a POST sent again without a search',
    scenario: smallPost,
    budget: one('faults'),
    mistake: mistaken((said) => (said.kind === 'unclear' ? { ...said, kind: 'notDone' } : said)),
    found: /2 attachments of ours|without a search/,
  },
  {
    what: 'a crash in the POST taken for one before it',
    scenario: smallPost,
    budget: one('crashes'),
    mistake: mistaken((said) => (said.kind === 'crashed' ? { kind: 'notDone' } : said)),
    found: /attachments of ours|without a search/,
  },
  {
    what: 'wrong bytes taken for right ones',
    scenario: oneRange,
    budget: one('faults'),
    mistake: mistaken((said) =>
      said.kind === 'read' && said.verdict === 'differs' ? { ...said, verdict: 'same' } : said,
    ),
    found: /0 with the right bytes|another SHA-256/,
  },
  {
    what: "the upload host's id used as it is",
    scenario: { ...oneRange, traits: { twoIds: true } },
    budget: nothing,
    mistake: unresolved,
    found: /an id that no list gives/,
  },
  {
    what: 'a removal of what is in another list than the one that stays',
    scenario: { ...twoRanges, traits: { twoIds: true } },
    budget: one('faults'),
    mistake: { ...unresolved, ...careless },
    found: /the only copy with the right bytes was removed/,
  },
  {
    what: 'a name that has to be equal',
    scenario: { ...smallPost, traits: { renames: 'trimmed' } },
    budget: one('faults'),
    mistake: literal,
    found: /2 attachments of ours/,
  },
  {
    what: 'one bad reading believed',
    scenario: { ...oneRange, traits: { value: 'sometimesEmpty' } },
    budget: nothing,
    mistake: credulous,
    found: /right bytes were removed as wrong ones/,
  },
  {
    what: 'one wrong reading believed',
    scenario: { ...smallPost, traits: { value: 'wrongOnce' } },
    budget: nothing,
    mistake: credulous,
    found: /right bytes were removed as wrong ones/,
  },
  {
    what: 'a resume that forgets a commit',
    scenario: smallPost,
    budget: one('losses'),
    mistake: {
      resumes: (record) => ({ ...record, checkpoint: undefined, facts: { ...record.facts, commits: 0 } }),
    },
    found: /2 attachments of ours|without a search|otherwise than without a loss/,
  },
  {
    what: 'a resume that forgets sessions',
    scenario: oneRange,
    budget: one('losses'),
    mistake: { resumes: (record) => ({ ...record, facts: { ...record.facts, sessions: [] } }) },
    found: /left open/,
  },
];

it.each(mistakes)('finds $what', async ({ scenario, budget, mistake, found }) => {
  const broken: string[] = [];
  const visit: Visit = (_, { violations }) => {
    broken.push(...violations);
    return !found.test(violations.join());
  };
  await explore(scenario, budget, visit, { mistake, grain: 'phase' });
  expect(broken.join()).toMatch(found);
});

it('keeps the only copy though its id is not resolved: what stays has to be in the same list', async () => {
  const removed: string[] = [];
  let runs = 0;
  const visit: Visit = (_, { violations }) => {
    runs++;
    removed.push(...violations.filter((text) => text.includes('was removed')));
    return true;
  };
  const scenario: Scenario = { ...twoRanges, traits: { twoIds: true } };
  await explore(scenario, one('faults'), visit, { mistake: unresolved, grain: 'phase' });
  expect(removed).toEqual([]);
  expect(runs).toBeGreaterThan(100);
});

it('finds nothing where nothing is wrong, whether or not runs are left where others ended well', async () => {
  const budget = one('faults');
  const [left, whole] = [new Watch(), new Watch()];
  await explore(smallPost, budget, left.visit);
  await explore(smallPost, budget, whole.visit, { mayLeave: false });
  expect([left.firstViolations, whole.firstViolations]).toEqual([[], []]);
  expect(whole.count.figures).toMatchObject({ left: 0, runs: left.count.figures.runs });
  expect(left.count.figures.left).toBeGreaterThan(20);
});
