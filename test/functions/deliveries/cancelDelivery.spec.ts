import type { DeliveryRecord } from '../../../src/core/delivery/record';
import type { UploadError } from '../../../src/core/errors';
import { cancelUpload } from '../../../src/functions/api/cancelUpload';
import { httpRequest } from '../support/world';
import { attachments, DeliveryWorld, deliveryWorld, item } from './deliveryWorld';

describe('DELETE /api/deliveries/{id}', () => {
  let w: DeliveryWorld;
  let id: string;
  let uploads: string[];
  beforeEach(async () => {
    w = deliveryWorld();
    const { body } = await w.post({ item, attachments });
    id = body.id;
    uploads = body.uploads.map((upload) => upload['id'] as string);
  });
  const change = async (changes: Partial<DeliveryRecord>): Promise<void> => {
    const found = (await w.deliveries.get(id))!;
    await w.deliveries.replace({ ...found.value, ...changes }, found.version);
  };
  const ended = (status: 'succeeded' | 'failed' | 'cancelled'): Partial<DeliveryRecord> => ({
    state: status,
    end: { status, item, sent: false, timeline: [], endedAt: w.deps.clock() },
  });

  it('marks it, tells its orchestration and the upload under way, and ends the uploads that were never begun', async () => {
    const first = (await w.records.get(uploads[0]!))!;
    await w.records.replace({ ...first.value, run: { epoch: 1, execution: 'e1', fence: 0, by: '' } }, first.version);
    const { status, body } = await w.cancel(id);
    expect([status, body['status']]).toEqual([202, 'cancelling']);
    expect(w.raised).toEqual([`cancelRequested ${id}`, `cancelRequested ${uploads[0]}`]);
    expect(body.uploads.map((upload) => upload['status'])).toEqual(['cancelling', 'cancelled']);
  });

  it('can be asked twice, and answers 200 once it is cancelled', async () => {
    await w.cancel(id);
    expect((await w.cancel(id)).status).toBe(202);
    await change(ended('cancelled'));
    const { status, body } = await w.cancel(id);
    expect([status, body['status']]).toEqual([200, 'cancelled']);
  });

  it('is heard while it is open whether it was sent', async () => {
    await change({ facts: { createsBegun: 0, sendsBegun: 1 } });
    expect((await w.cancel(id)).body['status']).toBe('cancelling');
  });

  it('is too late once it was sent: 202, and nothing is marked', async () => {
    const run = { epoch: 1, execution: 'e1', fence: 4, by: 'i1' };
    await change({ run, facts: { createsBegun: 0, sendsBegun: 1, sentAt: w.deps.clock() } });
    const { status, body } = await w.cancel(id);
    expect([status, body['status'], w.raised]).toEqual([202, 'running', []]);
    expect((await w.deliveries.get(id))?.value.cancelRequestedAt).toBeUndefined();
  });

  it.each(['succeeded', 'failed'] as const)('answers 409 when it has %s', async (status) => {
    await change(ended(status));
    const answer = await w.cancel(id);
    expect([answer.status, answer.body['code']]).toEqual([409, 'AlreadyFinished']);
  });

  it('answers 404 for what is no delivery', async () => {
    expect((await w.cancel('x')).status).toBe(404);
  });

  it('is the only way to cancel one of its uploads: DELETE of that is 409 and says so', async () => {
    const request = httpRequest({ method: 'DELETE', params: { id: uploads[0]! } });
    const refused = await cancelUpload(request, w.deps).catch((cause: unknown) => (cause as UploadError).problem);
    expect(refused).toMatchObject({ code: 'NotFinished', detail: expect.stringContaining(id) });
  });
});
