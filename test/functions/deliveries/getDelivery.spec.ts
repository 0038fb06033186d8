import type { DeliveryRecord } from '../../../src/core/delivery/record';
import { v7 } from 'uuid';
import { getUpload } from '../../../src/functions/api/getUpload';
import { watchDeliveries } from '../../../src/app/deliveries/watch';
import type { WatchTools } from '../../../src/app/jobs/watch';
import { watchUploads } from '../../../src/app/uploads/watch';
import { httpRequest } from '../support/world';
import { attachments, DeliveryWorld, deliveryWorld, item } from './deliveryWorld';

describe('GET /api/deliveries/{id}', () => {
  let w: DeliveryWorld;
  let id: string;
  beforeEach(async () => {
    w = deliveryWorld();
    id = (await w.post({ item, attachments })).body.id;
  });
  const run = { epoch: 1, execution: 'e1', fence: 0, by: '' };
  const watch = async (): Promise<void> => {
    const failed = (cause: unknown): never => {
      throw cause;
    };
    const { instances, clock } = w.deps;
    const tools: WatchTools = { instances, clock, until: Infinity, failed, found: () => undefined };
    await watchDeliveries(w.deps, tools);
    await watchUploads(w.deps, tools);
  };
  const claim = async (uploadId: string): Promise<void> => {
    const found = (await w.records.get(uploadId))!;
    await w.records.replace({ ...found.value, run }, found.version);
  };
  const finish = async (): Promise<void> => {
    const found = (await w.deliveries.get(id))!;
    const endedAt = w.deps.clock();
    const end = { status: 'failed' as const, item, sent: null, timeline: [], endedAt };
    const error = { code: 'OutcomeUnknown' as const, detail: 'Unclear.', leftBehind: ['draft x'] };
    await w.deliveries.replace({ ...found.value, state: 'failed', end: { ...end, error } }, found.version);
  };

  it('joins what the orchestrations say of the delivery and of the upload under way', async () => {
    const first = (await w.get(id)).body.uploads[0]!['id'] as string;
    await claim(first);
    w.runs(first, { bytesSent: 6_293_956 });
    w.delivers(id, { timeline: [[w.deps.clock(), 'started']] });
    const { body } = await w.get(id);
    expect(body).toMatchObject({ status: 'running', progress: { percent: 50 }, timeline: [{ event: 'started' }] });
    expect(body.uploads.map((upload) => upload['status'])).toEqual(['running', 'queued']);
  });

  it('tells the end, unknown sends as null, and the problem', async () => {
    await finish();
    const { status, headers, body } = await w.get(id);
    expect([status, headers['retry-after']]).toEqual([200, undefined]);
    expect(body).toMatchObject({
      status: 'failed',
      sent: null,
      error: { code: 'OutcomeUnknown', instance: `/api/deliveries/${id}`, leftBehind: ['draft x'], retryable: false },
    });
  });

  it('answers 304 to its ETag, and holds with Prefer until something has changed', async () => {
    const { headers } = await w.get(id);
    expect((await w.get(id, { 'if-none-match': headers['etag']! })).status).toBe(304);
    w.onSleep.push(() => undefined, finish);
    const held = await w.get(id, { prefer: 'wait=20', 'if-none-match': headers['etag']! });
    expect([held.status, held.headers['preference-applied'], held.body['status']]).toEqual([200, 'wait=20', 'failed']);
    const over = await w.get((await w.post({ item, attachments })).body.id, { prefer: 'wait=1' });
    expect([over.status, over.body['status']]).toEqual([200, 'queued']);
  });

  it('answers 404 for what is no delivery', async () => {
    for (const other of ['x', v7()]) {
      const { status, body } = await w.get(other);
      expect([status, body['code']]).toEqual([404, 'DeliveryNotFound']);
    }
  });

  it('starts a delivery that was accepted and never started; its uploads are started by nobody else', async () => {
    w.instances.clear();
    w.started.length = 0;
    const upload = (await w.get(id)).body.uploads[0]!['id'] as string;
    expect(w.started).toEqual([id]);
    await getUpload(httpRequest({ params: { id: upload } }), w.deps);
    w.later(3_600_000);
    await watch();
    expect(w.started).toEqual([id]);
  });

  const change = async (changes: Partial<DeliveryRecord>): Promise<void> => {
    const found = (await w.deliveries.get(id))!;
    await w.deliveries.replace({ ...found.value, ...changes }, found.version);
  };

  it('is watched: a cancel whose event was lost is raised again until it is heard', async () => {
    await change({ run, cancelRequestedAt: w.deps.clock() });
    w.delivers(id, {});
    await watch();
    expect(w.raised).toEqual([]);
    w.later(60_000);
    await watch();
    expect(w.raised).toEqual([`cancelRequested ${id}`]);
    w.delivers(id, { status: 'cancelling' });
    await watch();
    expect(w.raised).toHaveLength(1);
    expect(w.started).toEqual([id]);
  });

  it('is watched: never started, it is started; lost by the platform, it is started again', async () => {
    w.instances.clear();
    w.started.length = 0;
    w.later(60_000);
    await watch();
    expect(w.started).toEqual([id]);
    await change({ run });
    await watch();
    expect(w.started).toEqual([id]); // it is alive
    w.instances.clear();
    await watch();
    expect(w.started).toEqual([id, id]);
  });

  it.each([
    [0, false, 'Internal'],
    [1, null, 'OutcomeUnknown'],
  ])('is watched: resumed twenty times, with %i sends begun, it ends', async (sendsBegun, sent, code) => {
    await change({ run, resumes: 20, facts: { createsBegun: 0, sendsBegun } });
    w.instances.clear();
    w.later(60_000);
    await watch();
    const { body } = await w.get(id);
    expect(body).toMatchObject({ status: 'failed', sent, error: { code } });
    expect(body.uploads.map((upload) => upload['status'])).toEqual(['cancelled', 'cancelled']);
  });
});
