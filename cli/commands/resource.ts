import type { Api } from '../api/api';
import { ApiError } from '../api/apiError';
import type { DeliveryView, UploadView } from '../api/views';
import { UsageError } from '../exitCodes';

/** What an id stands for. */
export type Found =
  | { readonly kind: 'upload'; readonly path: string; readonly view: UploadView }
  | { readonly kind: 'delivery'; readonly path: string; readonly view: DeliveryView };

/** The upload, else the delivery, that has this id. @throws ApiError of the upload where there is neither */
export async function findResource(api: Api, id: string): Promise<Found> {
  if (!/^[\w-]{1,100}$/.test(id)) throw new UsageError(`${JSON.stringify(id)} is no id of an upload or a delivery.`);
  const path = `/api/uploads/${id}`;
  try {
    return { kind: 'upload', path, view: (await api.call<UploadView>('GET', path)).body };
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    const delivery = await deliveryOf(api, id);
    if (delivery) return delivery;
    throw error;
  }
}

async function deliveryOf(api: Api, id: string): Promise<Found | undefined> {
  const path = `/api/deliveries/${id}`;
  try {
    return { kind: 'delivery', path, view: (await api.call<DeliveryView>('GET', path)).body };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
