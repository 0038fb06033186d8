import { extendTrail, formAt, type Place, stepsFrom } from './grammar';

/**
 * The form that somebody most likely meant who came to `place` by `trail` and went on with the segment `wrong`:
 * through the known segment that is most like it, else the usual way on. In words: `users/{user}/messages/{id}`.
 */
export function nearestForm(place: Place, trail: string, wrong: string): string {
  const guess = mostLike(place, trail, wrong.slice(0, 40).toLowerCase());
  return usualEnd(guess.place, guess.trail);
}

interface Guess {
  readonly place: Place;
  readonly trail: string;
  readonly depth: number;
}

/** A segment may be misspelt or those before it left out: what resembles it after the fewest that are missing. */
function mostLike(place: Place, trail: string, wrong: string): Guess {
  const here: Guess = { place, trail, depth: 0 };
  const seen = new Set<Place>([place]);
  let best = here;
  let least = 0.5; // what is less like it than that is no guess
  const queue = [here];
  for (const at of queue) {
    if (best !== here && at.depth >= best.depth) break;
    for (const step of stepsFrom(at.place)) {
      if (step.to === 'outlook') continue; // nobody is led to what Microsoft has retired: To Do has its tasks
      const next: Guess = { place: step.to, trail: extendTrail(at.trail, at.place, step), depth: at.depth + 1 };
      const cost = unlikeness(step.name.toLowerCase(), wrong);
      if (cost < least) [best, least] = [next, cost];
      if (!seen.has(step.to)) queue.push(next);
      seen.add(step.to);
    }
  }
  return best;
}

function usualEnd(place: Place, trail: string): string {
  const [usual] = stepsFrom(place);
  if (formAt(place) || !usual) return trail;
  return usualEnd(usual.to, extendTrail(trail, place, usual));
}

/** 0 for the same word, 1 for one that shares nothing: the edit distance over the longer one's length. */
function unlikeness(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? 0) / Math.max(a.length, b.length);
}
