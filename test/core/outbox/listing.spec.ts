import { outboxWork } from '../../../src/core/outbox/listing';
import type { Versioned } from '../../../src/core/job/ports';
import type { OutboxBlob, ReceiptState, ReceiptRow } from '../../../src/core/outbox/ports';

const blob = (name: string, etag: string): OutboxBlob => ({ name, etag, receiptName: `${name}.json` });
const receipt = (name: string, etag: string, state: ReceiptState, writtenAt = 0): Versioned<ReceiptRow> => ({
  value: { receiptName: `${name}.json`, etag, state, uploadId: `upload of ${name}`, writtenAt },
  version: `v of ${name}`,
});

describe('the outbox beside its receipts', () => {
  it('asks for a start where a version has no receipt, or one that a crash left before the start', () => {
    const blobs = [blob('new', '1'), blob('replaced', '2'), blob('crashed', '1'), blob('done', '1')];
    const receipts = [
      receipt('replaced', '1', 'ended'),
      receipt('crashed', '1', 'accepting'),
      receipt('done', '1', 'ended'),
    ];
    expect(outboxWork(blobs, receipts)).toEqual({
      toStart: ['new', 'replaced', 'crashed'],
      toRefresh: [],
      orphans: [],
    });
  });

  it('never asks for a second start of a version that had its turn, however that ended', () => {
    const states: ReceiptState[] = ['accepted', 'ended', 'refused'];
    const blobs = states.map((state) => blob(state, '1'));
    expect(
      outboxWork(
        blobs,
        states.map((state) => receipt(state, '1', state)),
      ).toStart,
    ).toEqual([]);
  });

  it('asks for a fresh receipt of what has not ended, the oldest first', () => {
    const blobs = ['a', 'b', 'c'].map((name) => blob(name, '1'));
    const receipts = [
      receipt('a', '1', 'accepted', 30),
      receipt('b', '1', 'accepted', 10),
      receipt('c', '1', 'ended', 5),
    ];
    expect(outboxWork(blobs, receipts).toRefresh.map(({ uploadId }) => uploadId)).toEqual([
      'upload of b',
      'upload of a',
    ]);
  });

  it('names the receipts whose blob is gone', () => {
    const gone = receipt('gone', '1', 'ended');
    expect(outboxWork([blob('here', '1')], [receipt('here', '1', 'ended'), gone]).orphans).toEqual([gone]);
  });

  it('goes through ten thousand of each in no time', () => {
    const names = Array.from({ length: 10_000 }, (_, n) => `users/megan@contoso.com/messages/A${n}/file.pdf`);
    const startedAt = performance.now();
    const work = outboxWork(
      names.map((name) => blob(name, '1')),
      names.map((name) => receipt(name, '1', 'ended')).reverse(),
    );
    expect(work).toEqual({ toStart: [], toRefresh: [], orphans: [] });
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
