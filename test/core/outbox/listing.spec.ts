import { workOf } from '../../../src/core/outbox/listing';
import type { ReceiptRow, ReceiptState } from '../../../src/core/outbox/ports';

const receipt = (etag: string, state: ReceiptState): ReceiptRow => ({
  receiptName: 'a.json',
  etag,
  state,
  uploadId: 'u1',
  writtenAt: 0,
});
const blob = { etag: '2' };

describe('a blob of the outbox beside its receipt', () => {
  it('is started where its version has no receipt, or one that a crash left before the start', () => {
    expect(workOf(blob, undefined)).toBe('start');
    expect(workOf(blob, receipt('1', 'ended'))).toBe('start');
    expect(workOf(blob, receipt('2', 'accepting'))).toBe('start');
  });

  it('is never started again once its version had its turn, however that ended', () => {
    expect(workOf(blob, receipt('2', 'accepted'))).toBe('refresh');
    expect(workOf(blob, receipt('2', 'ended'))).toBe('settled');
  });

  it('is looked at again after a refusal: somebody may remove that', () => {
    expect(workOf(blob, receipt('2', 'refused'))).toBe('nothing');
  });

  it.each(['accepting', 'accepted', 'ended', 'refused'] as const)(
    'is settled where another hub has it: %s',
    (state) => {
      expect(workOf(blob, { ...receipt('2', state), isOthers: true })).toBe('settled');
    },
  );
});
