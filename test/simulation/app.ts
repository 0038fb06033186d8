import type { StepActivity } from '../../src/orchestrators/contract';
import type { StepRun } from '../../src/functions/activities/upload/step';
import { cancelUploadSession } from '../../src/functions/activities/upload/cancelUploadSession';
import { createUploadSession } from '../../src/functions/activities/upload/createUploadSession';
import { findAttachment } from '../../src/functions/activities/upload/findAttachment';
import { findCopies } from '../../src/functions/activities/upload/findCopies';
import { listAttachments } from '../../src/functions/activities/upload/listAttachments';
import { postAttachment } from '../../src/functions/activities/upload/postAttachment';
import { queryUploadSession } from '../../src/functions/activities/upload/queryUploadSession';
import { removeAttachment } from '../../src/functions/activities/upload/removeAttachment';
import { uploadRange } from '../../src/functions/activities/upload/uploadRange';
import { verifyAttachment } from '../../src/functions/activities/upload/verifyAttachment';
import type { UploadRecord } from '../../src/core/upload/record';
import type { UploadMachine } from '../../src/core/upload/machine/decide';

export type StepRuns = { readonly [K in StepActivity]: StepRun<K> };

/** The app's activities, each a step of an upload. */
export const stepRuns: StepRuns = {
  listAttachments,
  postAttachment,
  createUploadSession,
  uploadRange,
  queryUploadSession,
  cancelUploadSession,
  findAttachment,
  verifyAttachment,
  findCopies,
  removeAttachment,
};

/** What a spec plants into the app, to see that the simulation finds it. */
export interface Mistake {
  /** Around each version's machine. */
  readonly machine?: (right: UploadMachine) => UploadMachine;
  readonly steps?: Partial<StepRuns>;
  /** What a resume reads of a record. */
  readonly resumes?: (record: UploadRecord) => UploadRecord;
}
