import type { UploadEnd, UploadRecord } from '../../../../src/core/upload/record';
import type { PurgeDependencies } from '../../../../src/app/upkeep/purgeEnded';
import type { OutboxDependencies } from '../../../../src/app/upkeep/startFromOutbox';
import { outboxRequest } from '../../../../src/functions/outbox/outboxRequest';
import type { Settings } from '../../../../src/settings';
import { memoryDeliveries } from '../../support/memoryDeliveries';
import { ended } from '../../support/sampleRecord';
import { world } from '../../support/world';
import { memoryOutbox } from './memoryOutbox';

/** The world of the other functions, with an outbox. */
export function outboxWorld(changes: Partial<Settings> = {}) {
  const w = world(changes);
  const outbox = memoryOutbox(w.deps.clock);
  const deliveries = memoryDeliveries();
  const purgedClaims: number[] = [];
  const records = {
    ...w.records,
    removeClaims: async (claimedBefore: number) => {
      purgedClaims.push(claimedBefore);
      return 0;
    },
    repairIndexes: async () => 0,
  };
  const deps: OutboxDependencies & PurgeDependencies = {
    ...w.deps,
    blobs: outbox.blobs,
    receipts: outbox.receipts,
    deliveries,
    records,
    outboxRequest,
  };
  return {
    ...w,
    deps,
    outbox,
    deliveries,
    purgedClaims,
    uploads: (): Promise<UploadRecord[]> => w.records.list({}, 100, undefined),
    /** Writes the end onto the record, and nothing else. */
    end: async (id: string, status: UploadEnd['status']): Promise<UploadRecord> => {
      const found = (await w.records.get(id))!;
      const record = ended(found.value, status, w.deps.clock());
      await w.records.replace(record, found.version);
      w.instances.set(id, { runtimeStatus: 'Completed', customStatus: null, createdAt: 0 });
      return record;
    },
  };
}
export type OutboxWorld = ReturnType<typeof outboxWorld>;
