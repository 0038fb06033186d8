import type { EndedUpload } from '../../core/delivery/machine/progress';
import type { UploadRecord } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';

/** What a delivery wants to know of an upload that has ended; undefined while it has not. */
export function endedUpload({ id, request, end }: UploadRecord): EndedUpload | undefined {
  if (!end) return undefined;
  return { id, name: request.name, status: end.status, proof: proofOf(request, end), ...problemOf(end) };
}

type End = NonNullable<UploadRecord['end']>;

/** One with an id was acknowledged to its end; listFiles proves that it is listed with its size. */
function proofOf({ blob }: UploadRecord['request'], { attachment }: End): EndedUpload['proof'] {
  if (!attachment) return 'none';
  if (attachment.verified || blob === null) return 'bytes';
  return attachment.id === null ? 'none' : 'receipts';
}

const problemOf = ({ error }: End): Pick<EndedUpload, 'problem'> => (error ? { problem: error } : {});

/** An upload whose record is not there was never begun: nothing of it is on the item. */
export const goneUpload = (id: string): EndedUpload => ({
  id,
  name: id,
  status: 'failed',
  proof: 'none',
  problem: { code: 'Internal', detail: 'Its record is gone.' },
});

/** Where the attachment of an upload can be removed: it has an id. A reply has none, and stays. */
export const attachmentIdOf = ({ end }: UploadRecord): string | null | undefined =>
  end?.status === 'succeeded' ? (end.attachment?.id ?? null) : undefined;

/** The upload has succeeded, and its delivery took it back: that must not be read as attached. */
export async function noteRemoved(id: string, deps: Pick<Dependencies, 'records' | 'clock'>): Promise<void> {
  await updateRecord(deps.records, id, (record) => {
    const { end } = record;
    if (end?.status !== 'succeeded' || end.warnings.some(({ code }) => code === 'RemovedAgain')) return undefined;
    const detail = 'It was attached, and removed again because its delivery failed or was cancelled.';
    const warnings = [...end.warnings, { code: 'RemovedAgain' as const, detail }];
    return { ...record, end: { ...end, warnings }, updatedAt: deps.clock() };
  });
}
