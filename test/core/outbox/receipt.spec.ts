import type { Versioned } from '../../../src/core/job/ports';
import type { ReceiptRow, ReceiptState } from '../../../src/core/outbox/ports';
import { hasBeenHandled, mayWrite, refusalReceipt, uploadReceipt } from '../../../src/core/outbox/receipt';
import type { UploadRequest } from '../../../src/core/upload/record';
import { activeRecord, ended, startOfTime } from '../../functions/support/sampleRecord';

const id = '0198f2a4-7b1c-7000-8000-00000000000a';
const blob = { container: 'outbox', name: 'users/megan@contoso.com/messages/A/q3.pdf', etag: '"2"' };
const record = (changes: Partial<UploadRequest> = {}) => activeRecord(id, { blob, source: 'outbox', ...changes });
const found = (etag: string, state: ReceiptState, uploadId?: string): Versioned<ReceiptRow> => ({
  value: { receiptName: 'q', etag, state, writtenAt: 0, ...(uploadId === undefined ? {} : { uploadId }) },
  version: 'v',
});

describe('a receipt', () => {
  it('shows the upload as the API does, while it runs and when it has ended', () => {
    expect(uploadReceipt(record(), '"2"', undefined)).toMatchObject({
      etag: '"2"',
      state: 'accepted',
      uploadId: id,
      body: { id, status: 'queued', blob: `outbox/${blob.name}`, source: 'outbox' },
    });
    const over = uploadReceipt(ended(record(), 'succeeded', startOfTime), '"2"', undefined);
    expect(over).toMatchObject({ state: 'ended', body: { status: 'succeeded' } });
  });

  it('of a refused version is a problem that says which blob', () => {
    const receipt = refusalReceipt('q 3.pdf', '"2"', { code: 'InvalidItem', detail: 'No item.' });
    expect(receipt).toMatchObject({
      state: 'refused',
      body: { code: 'InvalidItem', status: 400, instance: 'outbox/q%203.pdf' },
    });
    expect(receipt.uploadId).toBeUndefined();
  });

  it('decides about its own version, unless a crash left it before the start', () => {
    const row = (state: ReceiptState) => found('"2"', state).value;
    for (const state of ['accepted', 'ended', 'refused'] as const) expect(hasBeenHandled(row(state), '"2"')).toBe(true);
    expect(hasBeenHandled(row('accepting'), '"2"')).toBe(false);
    expect(hasBeenHandled(row('ended'), '"3"')).toBe(false);
    expect(hasBeenHandled(undefined, '"2"')).toBe(false);
  });

  it('takes the outcome of its own upload, and of one that was started when it could not yet be named', () => {
    expect(mayWrite(found('"2"', 'accepted', id), record())).toBe(true);
    expect(mayWrite(found('"2"', 'accepted', id), record({ source: 'http' }))).toBe(true);
    expect(mayWrite(found('"2"', 'accepting'), record())).toBe(true);
    expect(mayWrite(undefined, record())).toBe(true);
  });

  it.each<[string, Versioned<ReceiptRow> | undefined, Partial<UploadRequest>]>([
    ['a newer version', found('"3"', 'accepted', 'another'), {}],
    ['a newer version that is about to be taken', found('"3"', 'accepting'), {}],
    ['the outcome that is there', found('"2"', 'ended', id), {}],
    ['a refusal', found('"2"', 'refused'), {}],
    ['another upload of the same version', found('"2"', 'accepted', 'another'), {}],
    ['an outbox that somebody only reads from', undefined, { source: 'http' }],
    [
      'a version about to be taken, by an upload that the outbox did not start',
      found('"2"', 'accepting'),
      { source: 'http' },
    ],
    ['nothing where the blob is not in the outbox', undefined, { blob: { ...blob, container: 'uploads' } }],
  ])('is never overwritten: %s', (_, receipt, changes) => {
    expect(mayWrite(receipt, record(changes))).toBe(false);
  });
});
