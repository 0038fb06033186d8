import type { Budget } from './explore';
import type { Scenario } from './scenario';
import type { Traits } from './traits';

const minute = 60_000;
const plain = { uploads: 1, statusAnswer: 200, sessionMs: 90 * minute, deadlineMs: 60 * minute } as const;

/** What is enumerated: the small POST, and files of one to three ranges (a range has four bytes). */
export const smallPost: Scenario = { ...plain, name: 'small POST', totalBytes: 3, way: 'post' };
export const oneRange: Scenario = { ...plain, name: 'one range', totalBytes: 4, way: 'session' };
export const twoRanges: Scenario = { ...plain, name: 'two ranges', totalBytes: 8, way: 'session' };
export const threeRanges: Scenario = {
  ...plain,
  name: 'three ranges',
  totalBytes: 9,
  way: 'session',
  statusAnswer: 404,
};

export const enumerated: readonly Scenario[] = [smallPost, oneRange, twoRanges, threeRanges];

const budget = (faults: number, crashes: number, others: number, losses: number): Budget => ({
  faults,
  crashes,
  others,
  losses,
});
/**
 * Of the plain ones: two faults and a crash; one fault and anything else that can befall it; one fault and a loss of the
 * orchestration or another version of the app; two of those; one of those and anything else.
 */
const wholeBudgets: readonly Budget[] = [
  budget(2, 1, 0, 0),
  budget(1, 0, 1, 0),
  budget(1, 0, 0, 1),
  budget(0, 0, 0, 2),
  budget(0, 0, 1, 1),
];

/** Of what some services do: one fault and a crash, one fault and a loss, and anything else. */
const traitBudgets: readonly Budget[] = [budget(1, 1, 0, 0), budget(1, 0, 0, 1), budget(0, 0, 1, 0)];

export const budgetsOf = (scenario: Scenario): readonly Budget[] =>
  enumerated.includes(scenario) ? wholeBudgets : traitBudgets;

/** Services that do what others do not: each with the files that show it. */
export const traited: readonly Scenario[] = [
  { ...twoRanges, name: 'two ids', traits: { twoIds: true } },
  { ...smallPost, name: 'name trimmed', traits: { renames: 'trimmed' } },
  { ...oneRange, name: 'name composed', traits: { renames: 'composed' } },
  { ...oneRange, name: 'name replaced', traits: { renames: 'replaced', twoIds: true } },
  { ...oneRange, name: 'name cut', traits: { renames: 'cut', twoIds: true } },
  { ...oneRange, name: 'content wrong once', traits: { value: 'wrongOnce' } },
  { ...smallPost, name: 'content sometimes empty', traits: { value: 'sometimesEmpty' } },
  { ...twoRanges, name: 'content in part', traits: { value: 'prefix', twoIds: true } },
  { ...oneRange, name: 'content never', traits: { value: 'never', sizes: 'encoded' } },
  { ...oneRange, name: 'content empty', traits: { value: 'empty', sizes: 'encoded' } },
  { ...twoRanges, name: 'sizes encoded', traits: { sizes: 'encoded' } },
  { ...smallPost, name: 'two names', uploads: 2, differ: 'names', traits: { overlap: 412 } },
  { ...oneRange, name: 'two names by session', uploads: 2, differ: 'names', traits: { overlap: 412 } },
  { ...smallPost, name: 'two paths', uploads: 2, differ: 'paths', traits: { overlap: 412 } },
  { ...oneRange, name: 'two paths by session', uploads: 2, differ: 'paths', traits: { twoIds: true, overlap: 412 } },
  { ...threeRanges, name: 'three ranges an activity', rangesPerActivity: 3 },
  { ...oneRange, name: 'old record', isOld: true },
];

/** One of many more: other sizes, two uploads of one name, services without a status, tight deadlines. */
export function randomScenario(random: () => number): Scenario {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const totalBytes = 1 + Math.floor(random() * 14);
  return {
    name: 'random',
    totalBytes,
    way: pick('post', 'session', 'session'),
    uploads: pick(1, 1, 1, 2),
    statusAnswer: pick(200, 404, 405),
    sessionMs: pick(90 * minute, 90 * minute, 2 * minute),
    deadlineMs: pick(24 * 60 * minute, 60 * minute, 10 * minute, 3 * minute),
    rangesPerActivity: pick(1, 1, 3),
    ...pick({}, {}, { differ: 'names' } as const, { differ: 'paths' } as const),
    ...(random() < 0.05 ? { isOld: true as const } : {}),
    traits: randomTraits(random),
  };
}

function randomTraits(random: () => number): Traits {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const renames = pick(undefined, undefined, undefined, 'trimmed', 'composed', 'replaced', 'cut');
  const value = pick(
    undefined,
    undefined,
    undefined,
    undefined,
    'wrongOnce',
    'sometimesEmpty',
    'prefix',
    'never',
    'empty',
  );
  return {
    ...(random() < 0.5 ? { twoIds: true } : {}),
    ...(renames ? { renames } : {}),
    ...(value ? { value } : {}),
    ...(random() < 0.3 ? { sizes: 'encoded' } : {}),
    ...(random() < 0.3 ? { overlap: 412 } : {}),
  };
}
