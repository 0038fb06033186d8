import {
  Answer,
  answered,
  begun,
  Callback,
  isDue,
  mostAttempts,
  newCallback,
} from '../../../src/core/callback/callback';
import { cloudEvent, mostDataBytes } from '../../../src/core/callback/event';
import { deliveryResource } from '../../../src/core/delivery/resource';
import type { DeliveryRecord } from '../../../src/core/delivery/record';
import { uploadResource } from '../../../src/core/upload/resource';
import { activeRecord, ended, idSource } from '../../functions/support/sampleRecord';

const start = Date.parse('2026-11-29T00:00:00Z');
const hour = 3_600_000;

/** All attempts with the same answer: when each was made, and what it came to. */
function attempts(answer: Answer): { at: number[]; last: Callback } {
  let callback = newCallback('u1', 'upload', 'sealed');
  const at: number[] = [];
  for (let now = start; callback.status === 'pending'; now = callback.nextAttemptAt ?? now) {
    expect(isDue(callback, now)).toBe(true);
    at.push(now - start);
    callback = begun(callback, now);
    expect(isDue(callback, now)).toBe(false);
    callback = answered({ ...callback, status: 'pending' }, answer, now);
  }
  return { at, last: callback };
}
const status = (code: number, retryAfterMs?: number): Answer => ({
  kind: 'answer',
  status: code,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

describe('the attempts of a callback', () => {
  it.each([200, 202, 204, 299])('are over with %i', (code) => {
    expect(attempts(status(code))).toMatchObject({
      at: [0],
      last: { status: 'delivered', attempts: 1, lastStatus: code, nextAttemptAt: null },
    });
  });

  it.each([status(500), status(404), status(302), { kind: 'none' } as const])(
    'are ten within three days, each later than the one before: %j',
    (answer) => {
      const { at, last } = attempts(answer);
      expect(at).toHaveLength(mostAttempts);
      const waits = at.slice(1).map((time, no) => time - (at[no] ?? 0));
      expect([...waits].sort((a, b) => a - b)).toEqual(waits);
      expect([waits[0]! <= 5000, at.at(-1)! > 60 * hour, at.at(-1)! <= 72 * hour]).toEqual([true, true, true]);
      expect(last).toMatchObject({ status: 'failed', attempts: 10, nextAttemptAt: null });
    },
  );

  it('end with 410, and where the address must not be called', () => {
    expect(attempts(status(410))).toMatchObject({ at: [0], last: { status: 'failed', lastStatus: 410 } });
    expect(attempts({ kind: 'refused' })).toMatchObject({ at: [0], last: { status: 'failed', lastStatus: null } });
  });

  it('obey Retry-After, as long as there is time', () => {
    const { at } = attempts(status(429, 10 * hour));
    expect(at.slice(0, 3)).toEqual([0, 10 * hour, 20 * hour]);
    expect([at.length < mostAttempts, at.at(-1)! <= 72 * hour]).toEqual([true, true]);
    expect(attempts(status(503, 1000)).at[1]).toBeGreaterThan(4000); // never sooner than without it
  });

  it('count one that dies, and have a time for the next', () => {
    const dead = begun(newCallback('u1', 'upload', 'sealed'), start);
    expect(dead).toMatchObject({ status: 'pending', attempts: 1 });
    expect(isDue(dead, dead.nextAttemptAt ?? 0)).toBe(true);
  });
});

describe('the event', () => {
  const bytes = (text: string): number => Buffer.byteLength(text);
  const newId = idSource();
  const upload = (timeline = 0) => {
    const record = ended(activeRecord(newId(), { name: 'ü'.repeat(200) }), 'succeeded', start);
    const events = Array.from(
      { length: timeline },
      () => ({ at: start, event: 'throttled', detail: 'x'.repeat(300) }) as const,
    );
    return { ...record, end: { ...record.end!, timeline: events } };
  };

  it('is the whole resource where it fits', () => {
    const resource = uploadResource(upload(3), undefined);
    const event = cloudEvent('upload', 'evt_1', 'https://app.example', resource, bytes);
    expect(event).toEqual({
      specversion: '1.0',
      id: 'evt_1',
      source: 'https://app.example',
      type: 'blobtooutlook.upload.succeeded',
      subject: `/api/uploads/${String(resource['id'])}`,
      time: '2026-11-29T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: resource,
    });
  });

  it.each([
    [1, 50, ['timeline']],
    [100, 0, []],
    [100, 50, []],
  ])('of %i uploads with %i events each is at most 20 kB, with id, status and links', (count, events) => {
    const uploads = Array.from({ length: count }, () => ({ record: upload(events) }));
    const record: DeliveryRecord = {
      id: newId(),
      request: {
        id: 'd',
        target: { kind: 'item', item: 'users/a@b.c/messages/A=' },
        uploads: uploads.map((each) => each.record.id),
        send: true,
        onFailure: 'remove',
        reference: 'r',
        source: 'delivery',
        warnings: [],
        createdAt: start,
        policy: { settleMs: 1, deadlineMs: 1 },
      },
      resumes: 0,
      facts: { createsBegun: 0, sendsBegun: 0 },
      state: 'succeeded',
      updatedAt: start,
      end: { status: 'succeeded', item: 'users/a@b.c/messages/A=', sent: true, timeline: [], endedAt: start },
    };
    const { data, type } = cloudEvent('delivery', 'evt_1', 'urn:x', deliveryResource(record, uploads), bytes);
    expect(bytes(JSON.stringify(data))).toBeLessThanOrEqual(mostDataBytes);
    expect([type, data['id'], data['status']]).toEqual(['blobtooutlook.delivery.succeeded', record.id, 'succeeded']);
    expect(data['uploads']).toHaveLength(count);
    expect(data['links']).toEqual({ self: `/api/deliveries/${record.id}` });
  });

  it('fits, whatever stands in a resource', () => {
    const resource = { id: 'u', status: 'failed', updatedAt: 't', links: {}, error: { detail: 'x'.repeat(30_000) } };
    const { data } = cloudEvent('upload', 'e', 's', resource, bytes);
    expect(data).toEqual({ id: 'u', status: 'failed', updatedAt: 't', links: {} });
  });
});
