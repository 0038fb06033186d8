import { search } from '../../../app/uploads/search';
import type { Outcome } from '../../../core/upload/machine/progress';
import type { Dependencies } from '../../../dependencies';
import { StepCall, stepActivity } from './step';

/** At the end: searches for further copies that commits of unknown fate have left, at most as many as there were. */
export async function findCopies(
  { request, step, progress, isAwaited }: StepCall<'findCopies'>,
  deps: Dependencies,
): Promise<Outcome> {
  const { keep, most } = step;
  const wanted = { most, isPatient: true, isAwaited, ...(keep === undefined ? {} : { keep }) };
  const seen = await search(request, progress, wanted, deps);
  if (seen.kind === 'undecided') return { kind: 'unclear' }; // the next search may know
  if (seen.kind !== 'seen') return seen;
  // under another name it may be somebody else's copy of the same file
  const ids = seen.found.filter(({ isRenamed }) => !isRenamed).map(({ id }) => id);
  return { kind: 'copies', ids, lookalikes: seen.lookalikes, isWhole: seen.isWhole };
}

stepActivity('findCopies', findCopies);
