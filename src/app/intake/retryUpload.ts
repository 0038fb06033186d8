import { Problem, UploadError } from '../../core/errors';
import type { AttachmentResource } from '../../core/upload/graphResource';
import type { Requester, UploadRecord, UploadRequest } from '../../core/upload/record';
import { sealContext } from '../callbacks/accept';
import { itemOf, WantedUpload } from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';

export interface Retry {
  /** Also where the file may be attached already: an upload whose outcome is unknown. */
  readonly evenIfAttached: boolean;
  readonly requestedBy?: Requester;
}

/** The request that an upload which did not succeed is, once more. Throws why it cannot be repeated. */
export async function wantedAgain(
  record: UploadRecord,
  { evenIfAttached, requestedBy }: Retry,
  deps: Pick<Dependencies, 'resources' | 'deliveries' | 'callbacks' | 'secrets'>,
): Promise<WantedUpload> {
  const refusal = refusalOfRetry(record, evenIfAttached) ?? (await refusalOfDelivery(record, deps));
  if (refusal) throw new UploadError(refusal);
  const { request } = record;
  const { blob, item, name, contentType, isInline, contentId, reference } = request;
  return {
    ...(blob ? { blob: { container: blob.container, name: blob.name }, ifMatch: blob.etag } : { blob: undefined }),
    ...(blob ? { contentType } : { resource: await resourceOf(request, deps) }),
    item: itemOf(request),
    itemText: item ?? '',
    name,
    isInline,
    ...(contentId === undefined ? {} : { contentId }),
    reference,
    duplicate: 'reuse', // two clicks are one retry
    source: 'http',
    retryOf: record.id,
    ...(await callbackAgain(record, deps)),
    ...(requestedBy ? { requestedBy } : {}),
  };
}

function refusalOfRetry({ state, end, request }: UploadRecord, evenIfAttached: boolean): Problem | undefined {
  if (state === 'active')
    return { code: 'NotFinished', detail: 'The upload has not ended yet. Wait for its end, or cancel it first.' };
  if (state === 'succeeded')
    return {
      code: 'AlreadyFinished',
      detail: 'The upload has succeeded. To attach the file once more, ask for it with "duplicate": "allow".',
    };
  if (end?.error?.code !== 'OutcomeUnknown' || evenIfAttached) return undefined;
  const detail =
    `It is unknown whether ${request.name} is attached. Look at ${request.item ?? 'the item'} first. ` +
    'If the file is not there, retry with { "evenIfAttached": true }.';
  return { code: 'NotFinished', detail };
}

/** A delivery takes its files back, and may delete its draft: its uploads are not repeated before that is over. */
async function refusalOfDelivery(
  { request }: UploadRecord,
  { deliveries }: Pick<Dependencies, 'deliveries'>,
): Promise<Problem | undefined> {
  const delivery = request.delivery === undefined ? undefined : (await deliveries.get(request.delivery))?.value;
  if (delivery?.state === 'active')
    return { code: 'NotFinished', detail: `The delivery ${delivery.id} of this upload has not ended yet.` };
  if (request.item !== null && !(delivery && delivery.request.target.kind !== 'item' && delivery.end?.item === null))
    return undefined;
  return {
    code: 'AlreadyFinished',
    detail: 'The draft that this file was meant for does not exist any more. Ask for the whole delivery again.',
  };
}

/** The end of the retry is told where that of the first was to be told, as long as that is known. */
async function callbackAgain(
  { id, request }: UploadRecord,
  { callbacks, secrets }: Pick<Dependencies, 'callbacks' | 'secrets'>,
): Promise<{ callbackUrl?: string }> {
  const held = request.hasCallback ? await callbacks.all.get(id) : undefined;
  const callbackUrl = held && secrets.open(held.value.sealedUrl, sealContext(id));
  return callbackUrl === undefined ? {} : { callbackUrl };
}

async function resourceOf(
  { id }: UploadRequest,
  { resources }: Pick<Dependencies, 'resources'>,
): Promise<AttachmentResource> {
  const read = await resources.read(id);
  if (read.kind === 'resource') return JSON.parse(read.json) as AttachmentResource; // checked when it was put there
  if (read.kind === 'unreachable') throw new UploadError(storageAway);
  throw new UploadError({
    code: 'BlobChanged',
    detail: 'The resource of this upload is not kept any more. Ask for it again by POST /api/uploads.',
  });
}

const storageAway: Problem = { code: 'ServiceUnavailable', detail: 'The storage gave no answer. Try again.' };
