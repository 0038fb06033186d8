import type { Budget } from './explore';
import type { Scenario } from './world';

const minute = 60_000;
export const settleMs = minute;
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

/** Of each of them: two faults and a crash, and one fault and anything else that can befall it. */
export const twoFaultsAndACrash: Budget = { faults: 2, crashes: 1, others: 0 };
export const oneFaultAndAnythingElse: Budget = { faults: 1, crashes: 0, others: 1 };
export const budgets: readonly Budget[] = [twoFaultsAndACrash, oneFaultAndAnythingElse];

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
  };
}
