import type { Way } from '../../../src/core/upload/machine/progressState';
import type { UploadPolicy, UploadRequest } from '../../../src/core/upload/record';
import type { Begun } from '../../../src/orchestrators/contract';

export interface BegunOptions {
  readonly id: string;
  readonly way: Way;
  readonly totalBytes: number;
  readonly postBytes: number;
  readonly policy: UploadPolicy;
  readonly startedAt: number; // ms
  /** Uploads with one name run one after the other. */
  readonly nameKey: string;
  readonly concurrency?: number;
}

/** What beginUpload says of an upload to the one mailbox of a spec. The activities there look at nothing else of its request. */
export const begunUpload = (options: BegunOptions): Begun => {
  const { id, way, totalBytes, postBytes, policy, startedAt, nameKey, concurrency = 4 } = options;
  const deadlineAt = startedAt + policy.deadlineMs;
  return {
    kind: 'begun',
    request: { id } as UploadRequest,
    plan: { id, way, totalBytes, verifiable: true, postBytes, deadlineAt, policy, warnings: [] },
    pacing: { mailboxKey: 'mailbox', nameKey, isSmall: way === 'post', concurrency, bytesPerWindow: 157_286_400 },
    cancelRequested: false,
    mayHaveSent: false,
  };
};
