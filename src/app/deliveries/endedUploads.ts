import type { UploadOver } from '../../core/delivery/machine/deliveryOutcome';
import type { UploadRecord } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';

/** What a delivery wants to know of an upload that has ended; undefined while it has not. */
export function uploadOver({ id, request, end }: UploadRecord): UploadOver | undefined {
  if (!end) return undefined;
  const { attachment } = end;
  return {
    id,
    name: request.name,
    status: end.status,
    attached: end.status !== 'succeeded' ? 'none' : attachment && attachment.id !== null ? 'removable' : 'fixed',
    verified: attachment?.verified === true || request.blob === null,
    ...(end.error ? { problem: end.error } : {}),
  };
}

/** An upload whose record is not there was never begun: nothing of it is on the item. */
export const uploadGone = (id: string): UploadOver => ({
  id,
  name: id,
  status: 'failed',
  attached: 'none',
  verified: false,
  problem: { code: 'Internal', detail: 'Its record is gone.' },
});

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
