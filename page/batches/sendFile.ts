import { problemOf } from '../api/problemError';
import { isAbort } from '../staging/put';
import { stageFile } from '../staging/stageFile';
import type { FileRun } from './fileRun';
import type { Shared } from './shared';

/** Brings one file of a batch into storage, and shows how far it is. @returns its blob */
export async function sendFile(
  run: FileRun,
  shared: Shared,
  signal: AbortSignal,
  changed: () => void,
): Promise<string> {
  if (!run.file) throw new Error('The file must be chosen first.');
  run.sending = true;
  run.problem = undefined;
  try {
    return await stageFile(run.file, run.about.name, {
      api: shared.api,
      places: shared.places,
      slots: shared.blocks,
      signal,
      onProgress: (bytes) => {
        run.sent(bytes);
        changed();
      },
      onTrouble: (attempts) => {
        run.attempts = attempts;
        changed();
      },
    });
  } catch (cause) {
    if (!isAbort(cause)) run.problem = problemOf(cause);
    throw cause;
  } finally {
    run.sending = false;
    changed();
  }
}
