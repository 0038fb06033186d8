import { memoryOutbox } from './support/memoryOutbox';
import { receiptsSuite } from './support/receiptsSuite';

describe('receipts in memory', () => {
  receiptsSuite(async () => {
    const outbox = memoryOutbox(() => 0);
    return { receipts: outbox.receipts, putBlob: async (name) => outbox.put(name) };
  });
});
