import { doorOf } from '../../app/access/caller';
import { accessTo, jobTarget } from '../../app/access/refusals';
import type { DeliveryRecord } from '../../core/delivery/record';
import { DeliveryLive, deliveryResource, parseDeliveryLive, UploadSeen } from '../../core/delivery/resource';
import { UploadError } from '../../core/errors';
import type { CallbackView } from '../../core/upload/resource';
import { newRecord } from '../../core/upload/request';
import { askAgainSeconds, Rendered, renderJson } from './conditionalGet';
import type { HttpDependencies } from './serve';
import { callbackOf, joinLive } from './liveUpload';

/** A delivery with its uploads, and what their orchestrations say as far as they are not final. */
export interface LiveDelivery {
  readonly record: DeliveryRecord;
  readonly uploads: readonly UploadSeen[];
  readonly live: DeliveryLive | undefined;
  readonly callback: CallbackView | undefined;
}

/** The record of the id in the route. Throws `DeliveryNotFound`, also for what the caller may not see. */
export async function deliveryOfRoute(
  id: string | undefined,
  { deliveries, caller }: Pick<HttpDependencies, 'deliveries' | 'caller'>,
  action: 'see' | 'operate' = 'see',
): Promise<DeliveryRecord> {
  const record = id === undefined ? undefined : (await deliveries.get(id))?.value;
  const { requestedBy } = record?.request ?? {};
  const target = jobTarget({ item: null, ...(requestedBy ? { requestedBy } : {}) });
  if (record && accessTo(caller, action, target) === 'open') return record;
  throw new UploadError({
    code: 'DeliveryNotFound',
    detail: 'There is no delivery with this id. Old ones are removed.',
  });
}

export async function joinDelivery(
  record: DeliveryRecord,
  deps: Pick<HttpDependencies, 'records' | 'deliveries' | 'instances' | 'callbacks'>,
): Promise<LiveDelivery> {
  const [uploads, live, callback] = await Promise.all([
    uploadsOf(record, deps),
    deliveryLiveOf(record, deps),
    callbackOf(record, deps),
  ]);
  return { record, uploads, live, callback };
}

export async function deliveryLiveOf(
  record: DeliveryRecord,
  { instances }: Pick<HttpDependencies, 'instances'>,
): Promise<DeliveryLive | undefined> {
  return record.state === 'active' ? parseDeliveryLive((await instances.status(record.id))?.customStatus) : undefined;
}

/** In the order in which they were asked for. One whose record is not written yet is as it will be. */
async function uploadsOf(
  { id, request }: DeliveryRecord,
  { records, deliveries, instances }: Pick<HttpDependencies, 'records' | 'deliveries' | 'instances'>,
): Promise<UploadSeen[]> {
  const found = await Promise.all(request.uploads.map((upload) => records.get(upload)));
  const input = found.includes(undefined) ? await deliveries.input(id) : undefined;
  const uploads = found.flatMap((upload, index) => {
    const asked = input?.uploads[index];
    return upload ? [upload.value] : asked ? [newRecord(asked)] : [];
  });
  const seen = async (upload: (typeof uploads)[number]): Promise<UploadSeen> =>
    upload.state === 'active' && upload.run !== undefined ? joinLive(upload, { instances }) : { record: upload };
  return Promise.all(uploads.map(seen));
}

export function renderDelivery(
  { record, uploads, live, callback }: LiveDelivery,
  { clock, caller }: Pick<HttpDependencies, 'clock' | 'caller'>,
): Rendered {
  const askAgain = record.state === 'active' ? askAgainSeconds(live?.waitingUntil, clock()) : undefined;
  return renderJson(deliveryResource(record, uploads, live, { door: doorOf(caller), callback }), askAgain);
}
