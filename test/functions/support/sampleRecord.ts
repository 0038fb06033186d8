import type { Run } from '../../../src/core/job/record';
import type { UploadEnd, UploadRecord, UploadRequest } from '../../../src/core/upload/record';
import { v7 } from 'uuid';

export const startOfTime = Date.parse('2026-11-22T09:00:00Z');

/** Ids as the app makes them, a second apart. */
export function idSource(): () => string {
  let now = startOfTime;
  return () => v7({ msecs: (now += 1000) });
}

export function sampleRequest(id: string, changes: Partial<UploadRequest> = {}): UploadRequest {
  return {
    id,
    blob: { container: 'uploads', name: 'reports/q3.pdf', etag: '"0x1"' },
    sizeBytes: 12_582_912,
    item: 'users/megan@contoso.com/messages/AAMkAD=',
    name: 'q3.pdf',
    contentType: 'application/pdf',
    isInline: false,
    reference: null,
    source: 'http',
    warnings: [],
    createdAt: startOfTime,
    policy: {
      rangeSizeBytes: 3_932_160,
      smallAttachmentLimitBytes: 3_145_728,
      settleMs: 60_000,
      deadlineMs: 86_400_000,
    },
    ...changes,
  };
}

/** What a record says when one execution has taken the job over. */
export const claimedRun: Run = { epoch: 1, execution: 'execution', fence: 0, by: '' };

export const activeRecord = (id: string, changes: Partial<UploadRequest> = {}): UploadRecord => ({
  id,
  request: sampleRequest(id, changes),
  state: 'active',
  resumes: 0,
  facts: { commits: 0, sessions: [] },
  updatedAt: startOfTime,
});

export function ended(record: UploadRecord, status: UploadEnd['status'], endedAt: number): UploadRecord {
  const end = { status, warnings: [], timeline: [], bytesSent: 0, endedAt };
  return { ...record, state: status, end, updatedAt: endedAt };
}
