import { refuseWhileClosed } from './closed';
import { UploadError } from '../../core/errors';
import { kindOf } from '../../core/items/kinds';
import { planFor } from '../../core/upload/plan';
import type { WantedUpload } from '../../core/upload/request';
import { refusalAtOnce } from './acceptUpload';
import { attachmentBodyLength } from '../uploads/body';
import { inspectSource, SourceDependencies } from './source';

/** What an upload would be, without doing anything: the refusals of `acceptUpload`, then how the file would go. */
export async function previewUpload(
  wanted: WantedUpload,
  deps: SourceDependencies,
  now: number,
): Promise<Record<string, unknown>> {
  const refusal = refusalAtOnce(wanted, deps.settings);
  if (refusal) throw new UploadError(refusal);
  refuseWhileClosed(deps.settings);
  const request = (await inspectSource(wanted, deps)).request('', now);
  const { way } = planFor(request, kindOf(wanted.item.form), attachmentBodyLength(request));
  const method = way === 'session' ? 'session' : 'post';
  return {
    status: 'checked',
    blob: request.blob ? `${request.blob.container}/${request.blob.name}` : null,
    item: request.item,
    name: request.name,
    contentType: request.contentType,
    size: request.sizeBytes,
    method,
    ranges: method === 'session' ? Math.ceil((request.sizeBytes ?? 0) / request.policy.rangeSizeBytes) : 1,
    warnings: request.warnings.map(({ code, detail }) => ({ code, detail })),
  };
}
