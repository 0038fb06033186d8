import type { DeliveryRecord } from '../../src/core/delivery/record';
import { cancelUpload } from '../../src/functions/api/cancelUpload';
import { createUpload } from '../../src/functions/api/createUpload';
import { getUpload } from '../../src/functions/api/getUpload';
import { removeUploadAttachment } from '../../src/functions/api/removeUploadAttachment';
import type { UploadEnd } from '../../src/core/upload/record';
import { deliveryWorld, DeliveryWorld, item } from './deliveries/deliveryWorld';
import { claimedRun } from './support/sampleRecord';
import { context, httpRequest, jsonOf } from './support/world';

const body = { blob: 'uploads/a.pdf', item };
let w: DeliveryWorld;
let answer: number;
beforeEach(() => {
  w = deliveryWorld();
  answer = 204;
});
const deps = () =>
  ({
    ...w.deps,
    attachments: { remove: async () => ({ kind: 'reply', status: answer }) },
  }) as unknown as Parameters<typeof createUpload>[1];

const post = async (json: object = body, headers: Record<string, string> = {}) => {
  const response = await createUpload(httpRequest({ method: 'POST', json, headers }), deps(), context);
  return { ...jsonOf(response), replayed: Object.hasOwn(response.headers as object, 'idempotent-replayed') } as {
    id: string;
    replayed: boolean;
    links: Record<string, string>;
  };
};
const at = (id: string) => httpRequest({ path: `/api/uploads/${id}`, params: { id } });
const read = async (id: string) => jsonOf(await getUpload(at(id), deps()));
const remove = (id: string) => removeUploadAttachment(at(id), deps(), context);

async function ends(id: string, changes: Partial<UploadEnd> = {}): Promise<void> {
  const held = (await w.records.get(id))!;
  const attachment = { id: 'ATT=', location: 'x/y', sha256: 'ab', verified: true, method: 'session' as const };
  const end: UploadEnd = {
    status: 'succeeded',
    attachment,
    warnings: [],
    timeline: [],
    bytesSent: 1,
    endedAt: w.deps.clock(),
    ...changes,
  };
  await w.records.replace({ ...held.value, run: claimedRun, state: end.status, end }, held.version);
}

describe('a duplicate', () => {
  it('is answered by an upload that runs or has succeeded, by whichever entrance', async () => {
    const { body: delivery } = await w.post({
      item,
      attachments: [{ blob: 'uploads/a.pdf' }, { blob: 'uploads/b.pdf' }],
    });
    const again = await post();
    expect([again.id, again.replayed]).toEqual([delivery.uploads[0]!['id'], true]);
  });

  it('is not answered by an upload that is being cancelled', async () => {
    const first = await post();
    w.runs(first.id, {});
    await cancelUpload(at(first.id), deps());
    const second = await post(body, { 'idempotency-key': 'of the second' });
    expect([second.id === first.id, second.replayed]).toEqual([false, false]);
    expect((await post(body, { 'idempotency-key': 'of the second' })).id).toBe(second.id);
  });

  it('is not answered by an upload whose attachment was removed, and that upload says so', async () => {
    const first = await post();
    await ends(first.id);
    expect((await read(first.id))['links']).toEqual({
      self: `/api/uploads/${first.id}`,
      attachment: `/api/uploads/${first.id}/attachment`,
    });
    expect((await remove(first.id)).status).toBe(204);
    const removedAt = new Date(w.deps.clock()).toISOString();
    expect(await read(first.id)).toMatchObject({ status: 'succeeded', removedAt });
    expect((await read(first.id))['links']).toEqual({ self: `/api/uploads/${first.id}` });
    expect((await post()).id).not.toBe(first.id);
  });

  it('is not answered by an upload that its delivery took back', async () => {
    const first = await post();
    await ends(first.id, { warnings: [{ code: 'RemovedAgain', detail: 'x' }] });
    expect((await post()).id).not.toBe(first.id);
  });

  it('is still answered where the service did not remove the attachment', async () => {
    const first = await post();
    await ends(first.id);
    answer = 503;
    expect((await remove(first.id)).status).toBe(503);
    expect([(await read(first.id))['removedAt'], (await post()).id]).toEqual([undefined, first.id]);
  });
});

describe('the attachment of a delivery’s upload', () => {
  it('stays while the delivery works: a message must not be sent without it', async () => {
    const { body: delivery } = await w.post({ item, attachments: [{ blob: 'uploads/a.pdf' }], send: true });
    const id = String(delivery.uploads[0]!['id']);
    await ends(id);
    await expect(remove(id)).rejects.toMatchObject({ problem: { code: 'NotFinished' } });
    const held = (await w.deliveries.get(delivery.id))!;
    const end = { status: 'succeeded', item, sent: false, timeline: [], endedAt: 1 } as const;
    const over: DeliveryRecord = { ...held.value, state: 'succeeded', end };
    await w.deliveries.replace(over, held.version);
    expect((await remove(id)).status).toBe(204);
  });
});

describe('links', () => {
  it('lead to what can be done: cancel until the end', async () => {
    const { id, links } = await post();
    expect(links).toEqual({ self: `/api/uploads/${id}`, cancel: `/api/uploads/${id}` });
    await ends(id, { status: 'failed', error: { code: 'ItemNotFound', detail: 'x' } });
    expect((await read(id))['links']).toEqual({ self: `/api/uploads/${id}` });
  });
});

describe('lastProblem', () => {
  it('tells what keeps a running upload from going on, until its end', async () => {
    const { id } = await post();
    const lastProblem = {
      call: 'createUploadSession',
      status: 503,
      code: 'ErrorServerBusy',
      attempts: 41,
      at: w.deps.clock(),
      serviceRequestId: 'ms-1',
      clientRequestId: 'our-1',
    };
    w.runs(id, { status: 'waiting', waitingFor: 'retry', lastProblem });
    const at = new Date(lastProblem.at).toISOString();
    const { call, ...told } = lastProblem;
    expect(await read(id)).toMatchObject({ lastProblem: { ...told, what: call, at }, waitingUntil: null });
    await ends(id);
    expect((await read(id))['lastProblem']).toBeUndefined();
  });
});
