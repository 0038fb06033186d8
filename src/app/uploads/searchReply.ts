import type { Outcome } from '../../core/upload/machine/progress';
import type { UploadRequest } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';

/** After an unclear reply to a thread: whether one of its new posts carries our file. */
export async function searchReply(_request: UploadRequest, _deps: Dependencies): Promise<Outcome> {
  return { kind: 'absent', lookalikes: [], isWhole: true };
}
