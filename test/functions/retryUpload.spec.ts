import type { DeliveryRecord } from '../../src/core/delivery/record';
import { UploadError, UploadErrorCode } from '../../src/core/errors';
import { createUpload } from '../../src/functions/api/createUpload';
import { retryUpload } from '../../src/functions/api/retryUpload';
import { deliveryWorld, DeliveryWorld, item, mailbox, message } from './deliveries/deliveryWorld';
import { claimedRun, ended } from './support/sampleRecord';
import { context, headersOf, httpRequest, jsonOf } from './support/world';

const body = {
  blob: 'uploads/a.pdf',
  item,
  name: 'q3.pdf',
  contentId: 'logo',
  isInline: true,
  reference: 'order 4711',
};
let w: DeliveryWorld;
beforeEach(() => {
  w = deliveryWorld();
});
const post = async (json: object = body) =>
  jsonOf(await createUpload(httpRequest({ method: 'POST', json }), w.deps, context)) as { id: string };
const retry = async (id: string, json?: unknown, headers: Record<string, string> = {}) => {
  const path = `/api/uploads/${id}/retry`;
  const request = httpRequest({
    method: 'POST',
    path,
    params: { id },
    headers,
    ...(json === undefined ? {} : { json }),
  });
  const response = await retryUpload(request, w.deps);
  return { status: response.status, headers: headersOf(response), body: jsonOf(response) };
};
const refused = (id: string, json?: unknown) =>
  retry(id, json).then(
    () => 'taken',
    (cause: unknown) => (cause instanceof UploadError ? cause.problem.code : cause),
  );
async function ends(id: string, status: 'failed' | 'cancelled' | 'succeeded', code: UploadErrorCode = 'Throttled') {
  const held = (await w.records.get(id))!;
  const over = ended({ ...held.value, run: claimedRun }, status, w.deps.clock());
  const end = { ...over.end!, ...(status === 'failed' ? { error: { code, detail: 'x' } } : {}) };
  await w.records.replace({ ...over, end }, held.version);
}

describe('a retry', () => {
  it.each(['failed', 'cancelled'] as const)('of an upload that was %s is a new one of the same', async (status) => {
    const { id } = await post();
    await ends(id, status);
    const again = await retry(id);
    const { blob, ...same } = body;
    expect(again.body).toMatchObject({ ...same, blob, retryOf: id, status: 'queued' });
    expect([again.status, again.headers['location']]).toEqual([202, `/api/uploads/${String(again.body['id'])}`]);
    expect([again.body['id'] === id, w.started.at(-1)]).toEqual([false, again.body['id']]);
  });

  it('asked for twice is one, with a key or without', async () => {
    const { id } = await post();
    await ends(id, 'failed');
    const first = await retry(id, {}, { 'idempotency-key': 'k' });
    expect((await retry(id, undefined)).body['id']).toBe(first.body['id']);
    expect((await retry(id, {}, { 'idempotency-key': 'k' })).headers['idempotent-replayed']).toBe('true');
  });

  it('takes only the version of the blob that was meant', async () => {
    const { id } = await post();
    await ends(id, 'failed');
    w.putBlob('uploads/a.pdf', 1000, '"0x2"');
    expect(await refused(id)).toBe('BlobChanged');
    w.removeBlob('uploads/a.pdf');
    expect(await refused(id)).toBe('BlobNotFound');
  });

  it('is none while the upload runs, or when it has succeeded', async () => {
    const { id } = await post();
    expect(await refused(id)).toBe('NotFinished');
    await ends(id, 'succeeded');
    expect(await refused(id)).toBe('AlreadyFinished');
    expect(await refused('01a2027b-da68-7000-a71b-dc8323719000')).toBe('UploadNotFound');
  });

  it('after an unknown outcome needs somebody who has looked', async () => {
    const { id } = await post();
    await ends(id, 'failed', 'OutcomeUnknown');
    expect([await refused(id), await refused(id, {}), await refused(id, { evenIfAttached: false })]).toEqual(
      Array(3).fill('NotFinished'),
    );
    expect(await refused(id, { evenIfAttached: 'yes' })).toBe('InvalidRequest');
    expect((await retry(id, { evenIfAttached: true })).status).toBe(202);
  });

  it('of a resource uses what was kept of it', async () => {
    const resource = {
      '@odata.type': '#microsoft.graph.referenceAttachment',
      name: 'plan',
      sourceUrl: 'https://x.example',
    };
    const { id } = await post({ resource, item });
    await ends(id, 'failed');
    expect((await retry(id)).body).toMatchObject({ name: 'plan', blob: null, retryOf: id });
    await w.resources.remove(id);
    const other = await post({ resource: { ...resource, name: 'other' }, item });
    await ends(other.id, 'failed');
    await w.resources.remove(other.id);
    expect(await refused(other.id)).toBe('BlobChanged');
  });

  it('of a delivery’s upload waits for the delivery, and needs the item', async () => {
    const { body: delivery } = await w.post({ mailbox, message, attachments: [{ blob: 'uploads/a.pdf' }] });
    const id = String(delivery.uploads[0]!['id']);
    const held = (await w.records.get(id))!;
    await w.records.replace({ ...held.value, request: { ...held.value.request, item } }, held.version);
    await ends(id, 'failed');
    expect(await refused(id)).toBe('NotFinished');
    const over = async (endsWith: string | null) => {
      const stored = (await w.deliveries.get(delivery.id))!;
      const end = { status: 'failed', item: endsWith, sent: false, timeline: [], endedAt: 1 } as const;
      const record: DeliveryRecord = { ...stored.value, state: 'failed', end };
      await w.deliveries.replace(record, stored.version);
    };
    await over(null);
    expect(await refused(id)).toBe('AlreadyFinished');
    await over(item);
    expect((await retry(id)).body).toMatchObject({ retryOf: id, source: 'http', item });
  });
});

describe('GET /api/deliveries', () => {
  it('lists deliveries as uploads are listed', async () => {
    const one = await w.post({ item, attachments: [{ blob: 'uploads/a.pdf' }], reference: 'r' });
    const two = await w.post({ mailbox, message, attachments: [{ blob: 'uploads/b.pdf' }] });
    const list = async (query: string) =>
      (await w.list(query)).body as unknown as { value: { id: string }[]; nextLink?: string };
    expect((await list('')).value.map(({ id }) => id)).toEqual([two.body.id, one.body.id]);
    expect((await list('?reference=r')).value).toMatchObject([{ id: one.body.id, uploads: [{ name: 'a.pdf' }] }]);
    const page = await list('?limit=1');
    expect([page.value[0]?.id, page.nextLink]).toEqual([
      two.body.id,
      expect.stringMatching(/^\/api\/deliveries\?limit=1&cursor=/),
    ]);
    const next = await list(page.nextLink!.replace('/api/deliveries', ''));
    expect([next.value.map(({ id }) => id), next.nextLink]).toEqual([[one.body.id], undefined]);
    expect((await list('?status=running')).value).toEqual([]);
    expect((await w.list('?__proto__=x')).status).toBe(400);
  });
});
