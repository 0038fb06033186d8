import { atTheEnd, Mishap } from '../orchestrators/support/activityRun';
import { Fault, FaultLog, Happening, Operation } from './faults';
import { blobMenu, fullWireMenu, happeningMenu, lossMenu, recordMenu } from './menu';

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many faults at most in one run: it has to be able to end well. */
const mostFaults = 14;

/** Faults by chance: how often is drawn for each run, and now and then one that lasts for several calls. */
export function randomFaults(random: () => number): FaultLog {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const chances: Record<Fault['on'], number> = {
    wire: pick([0, 0.05, 0.15, 0.4]),
    blob: pick([0, 0, 0.05]),
    records: pick([0, 0, 0.01, 0.05]),
    activity: pick([0, 0, 0.05, 0.2]),
    moment: pick([0, 0.003, 0.02]),
  };
  let left = 1 + Math.floor(random() * mostFaults);
  let outage: { fault: Fault['do']; calls: number } | undefined;
  return new FaultLog((on, _nth, what) => {
    const isGone = outage && ['404', '410'].includes(String((outage.fault as { status?: number }).status));
    // a 404 on a DELETE is the service's word that it is gone: it does not lie
    if (on === 'wire' && outage && !(isGone && (what === 'cancel' || what === 'remove')) && outage.calls-- > 0)
      return outage.fault;
    if (left <= 0 || random() >= chances[on]) return undefined;
    left--;
    const fault = one(on, what);
    const lasts =
      on === 'wire' && 'kind' in Object(fault) && (fault as { kind: string }).kind === 'answer' && random() < 0.2;
    outage = lasts ? { fault, calls: Math.floor(random() * 12) } : undefined;
    return fault;
  });

  function one(on: Fault['on'], what: string): Fault['do'] {
    switch (on) {
      case 'wire':
        return pick(fullWireMenu(what as Operation));
      case 'blob':
        return random() < 0.8 ? 'unreachable' : pick(blobMenu);
      case 'records':
        return pick(recordMenu);
      case 'activity':
        return mishap();
      case 'moment':
        return pick<Happening>(['crash', 'crash', ...happeningMenu, ...lossMenu]);
    }
  }

  function mishap(): Mishap {
    const at = pick([0, 1, 2, 3, 4, 5, 6, 7, 8, atTheEnd]);
    const ms = pick([5_000, 30_000, 100_000, 400_000]);
    return pick<Mishap>([
      { kind: 'dies', at },
      { kind: 'comesAgain', at },
      { kind: 'zombie', at, ms, then: 'fails' },
      { kind: 'zombie', at, ms, then: 'comesAgain' },
      { kind: 'twice', gapMs: pick([0, 30, 1_000, 20_000]), wins: pick([0, 1]) },
    ]);
  }
}
