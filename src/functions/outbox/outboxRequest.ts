import { outboxOptions, splitOutboxName } from '../../core/outbox/name';
import type { BlobHead } from '../../core/blob';
import { outboxContainer } from '../../core/outbox/receipt';
import type { WantedUpload } from '../../core/upload/request';
import { check, Fault, refuseFaults } from '../api/check';
import { uploadBody } from '../api/schemas';

/** The fields of POST /api/uploads that a blob's name and metadata can say, under the same rules. */
const outboxFields = uploadBody('').pick({ item: true, name: true, isInline: true, contentId: true, reference: true });

/** Metadata are text: who wrote one reads what it was and what it may be. */
const inMetadata = (fault: Fault, { isInline }: ReturnType<typeof outboxOptions>): Fault =>
  fault.pointer === 'metadata isinline'
    ? { ...fault, detail: `It must be true or false, not ${JSON.stringify(isInline).slice(0, 40)}.` }
    : fault;

/** The request that an outbox blob is, pinned to the version that was seen. Throws all faults of form together. */
export function outboxRequest(blobName: string, { etag, metadata }: BlobHead): WantedUpload {
  const { item, fileName } = splitOutboxName(blobName);
  const options = outboxOptions(metadata);
  const source = ([field]: readonly PropertyKey[]): string =>
    Object.hasOwn(options, String(field)) ? `metadata ${String(field).toLowerCase()}` : 'blob name';
  const checked = check(outboxFields, { item, name: fileName, ...options }, source);
  if (!checked.ok) {
    refuseFaults(checked.faults.map((fault) => inMetadata(fault, options)));
    throw new Error('unreachable: faults were thrown');
  }
  const { item: parsed, reference = null, ...rest } = checked.value;
  return {
    ...rest,
    blob: { container: outboxContainer, name: blobName },
    item: parsed.item,
    itemText: parsed.text,
    ifMatch: etag,
    reference,
    duplicate: 'reuse',
    source: 'outbox',
  };
}
