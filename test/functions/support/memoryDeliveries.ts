import type { DeliveryInput, DeliveryRecord } from '../../../src/core/delivery/record';
import { deliveryItem } from '../../../src/core/delivery/resource';
import type { DeliveryRecords } from '../../../src/core/delivery/ports';
import type { Versioned } from '../../../src/core/job/ports';

/** DeliveryRecords in memory; everything is copied through JSON, as a store would. */
export function memoryDeliveries(): DeliveryRecords & { all(): DeliveryRecord[] } {
  let writes = 0;
  const rows = new Map<string, Versioned<string>>();
  const inputs = new Map<string, string>();
  const all = (): DeliveryRecord[] => [...rows.values()].map(({ value }) => JSON.parse(value) as DeliveryRecord);
  const newestFirst = (): DeliveryRecord[] => all().sort((a, b) => (a.id < b.id ? 1 : -1));
  const put = (record: DeliveryRecord): true => {
    rows.set(record.id, { value: JSON.stringify(record), version: `v${++writes}` });
    return true;
  };
  return {
    all,
    insert: async (record, input) => {
      if (rows.has(record.id)) return false;
      inputs.set(record.id, JSON.stringify(input));
      return put(record);
    },
    get: async (id) => {
      const row = rows.get(id);
      return row && { value: JSON.parse(row.value) as DeliveryRecord, version: row.version };
    },
    input: async (id) => {
      const text = inputs.get(id);
      return text === undefined ? undefined : (JSON.parse(text) as DeliveryInput);
    },
    replace: async (record, version) => rows.get(record.id)?.version === version && put(record),
    list: async ({ status, item, reference, requestedBy }, limit, after) =>
      newestFirst()
        .filter((record) => after === undefined || record.id < after)
        .filter(({ state }) => status === undefined || state === (isEnd(status) ? status : 'active'))
        .filter((record) => item === undefined || deliveryItem(record) === item)
        .filter(({ request }) => reference === undefined || request.reference === reference)
        .filter(({ request }) => requestedBy === undefined || request.requestedBy?.id === requestedBy)
        .slice(0, limit),
    listActive: async (choose) => {
      const active = newestFirst().filter(({ state }) => state === 'active');
      return [...(choose ? choose(active) : active)];
    },
    async *listEnded(endedBefore) {
      yield all().filter(({ end }) => end !== undefined && end.endedAt < endedBefore);
    },
    remove: async (id) => void rows.delete(id),
    repair: async () => undefined,
  };
}

const isEnd = (status: string): boolean => ['succeeded', 'failed', 'cancelled'].includes(status);
