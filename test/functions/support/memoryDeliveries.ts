import type { DeliveryInput, DeliveryRecord } from '../../../src/core/delivery/record';
import type { DeliveryRecords } from '../../../src/core/delivery/ports';
import type { Versioned } from '../../../src/core/job/ports';

/** DeliveryRecords in memory; everything is copied through JSON, as a store would. */
export function memoryDeliveries(): DeliveryRecords & { all(): DeliveryRecord[] } {
  let writes = 0;
  const rows = new Map<string, Versioned<string>>();
  const inputs = new Map<string, string>();
  const all = (): DeliveryRecord[] => [...rows.values()].map(({ value }) => JSON.parse(value) as DeliveryRecord);
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
    listActive: async () => all().filter(({ state }) => state === 'active'),
    listEnded: async (endedBefore, limit) =>
      all()
        .filter(({ end }) => end !== undefined && end.endedAt < endedBefore)
        .slice(0, limit),
    remove: async (id) => void rows.delete(id),
    repair: async () => undefined,
  };
}
