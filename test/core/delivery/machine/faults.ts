import type { Chance } from './schedule';

/** What goes wrong with one call. Each may have been done all the same, where that can be. */
export type Fault =
  | 'throttled' | 'lost' | 'error' | 'crashed' | 'late' | 'lag' | 'notDone' | 'storageDown' | 'refused' | 'limit' | 'itemNotFound'; // prettier-ignore

export function faultOf(chance: Chance, isSend: boolean): Fault {
  const usual = ['throttled', 'lost', 'error', 'crashed', 'late', 'lag', 'notDone', 'storageDown'] as const;
  const final = ['refused', 'limit', 'itemNotFound'] as const;
  return isSend || chance.maybe(0.15) ? chance.pick<Fault>(...usual, ...final) : chance.pick<Fault>(...usual);
}

/** No error of a send says that nothing was sent; elsewhere an error is one. */
export function isDoneAllTheSame(fault: Fault, isSend: boolean): boolean {
  if (fault === 'lost' || fault === 'crashed') return true;
  return isSend && ['throttled', 'error', 'refused', 'limit', 'itemNotFound'].includes(fault);
}
