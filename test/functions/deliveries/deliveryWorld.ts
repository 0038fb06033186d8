import type { DurableClient } from 'durable-functions';
import type { DeliveryLive } from '../../../src/core/delivery/resource';
import type { Dependencies } from '../../../src/dependencies';
import { cancelDelivery } from '../../../src/functions/api/cancelDelivery';
import { createDelivery } from '../../../src/functions/api/createDelivery';
import { getDelivery } from '../../../src/functions/api/getDelivery';
import { listDeliveries } from '../../../src/functions/api/listDeliveries';
import { guarded, Handler } from '../../../src/functions/api/serve';
import type { Settings } from '../../../src/settings';
import { memoryDeliveries } from '../support/memoryDeliveries';
import { Call, context, headersOf, httpRequest, jsonOf, world } from '../support/world';

export const mailbox = 'users/megan@contoso.com';
export const item = `${mailbox}/messages/AAMkAD=`;
export const message = { subject: 'Q3', toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] };
export const attachments = [{ blob: 'uploads/a.pdf' }, { blob: 'uploads/b.pdf', name: 'second.pdf' }];

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown> & {
    id: string;
    uploads: Record<string, unknown>[];
    errors?: { pointer: string }[];
  };
}

/** The app's surroundings in memory with those of deliveries, and calls of its handlers as the host makes them. */
export function deliveryWorld(changes: Partial<Settings> = {}) {
  const w = world({ sendEnabled: true, ...changes });
  w.putBlob('uploads/a.pdf');
  w.putBlob('uploads/b.pdf', 5000);
  const deliveries = memoryDeliveries();
  const deps = { ...w.deps, deliveries };
  const call = async (handler: Handler, request: Call): Promise<Answer> => {
    const found = { ...deps, instances: () => w.deps.instances } as unknown as Dependencies;
    const client = undefined as unknown as DurableClient; // only the fake instances see it
    const response = await guarded(handler, {}, () => found)(httpRequest(request), client, context);
    const body = (response.status === 304 ? {} : jsonOf(response)) as Answer['body'];
    return { status: response.status ?? 0, headers: headersOf(response), body };
  };
  const path = '/api/deliveries';
  return {
    ...w,
    deps,
    deliveries,
    /** @param text the body as it stands, instead of `json` */
    post: (json: unknown, headers: Record<string, string> = {}, text?: string) =>
      call(createDelivery, { method: 'POST', path, headers, ...(text === undefined ? { json } : { text }) }),
    get: (id: string, headers: Record<string, string> = {}) =>
      call(getDelivery, { path: `${path}/${id}`, params: { id }, headers }),
    list: (query: string) => call(listDeliveries, { path: `${path}${query}` }),
    cancel: (id: string) => call(cancelDelivery, { method: 'DELETE', path: `${path}/${id}`, params: { id } }),
    delivers: (id: string, live: Partial<DeliveryLive>) =>
      w.instances.set(id, {
        runtimeStatus: 'Running',
        customStatus: { status: 'running', updatedAt: w.deps.clock(), timeline: [], ...live },
        createdAt: 0,
      }),
  };
}
export type DeliveryWorld = ReturnType<typeof deliveryWorld>;
