import type { Instances } from '../../../src/core/job/ports';
import type { DeliveryEnd } from '../../../src/core/delivery/record';
import type { UploadEnd } from '../../../src/core/upload/record';
import type { Dependencies } from '../../../src/dependencies';
import { endDelivery } from '../../../src/functions/activities/delivery/endDelivery';
import { endUpload } from '../../../src/functions/activities/upload/endUpload';
import { deliveryWorld, item } from '../../functions/deliveries/deliveryWorld';
import { callbackWorld, secrets, url } from './callbackWorld';

const run = { epoch: 3, execution: 'e3', fence: 0, by: '' };
const noted = (instances: Instances) => {
  const starts: string[] = [];
  const start: Instances['start'] = async (name, id) => void starts.push(`${name} ${id}`);
  return { starts, instances: { ...instances, start } };
};
const lost: Instances['start'] = async () => {
  throw new Error('the hub gave no answer');
};

describe('the end of an upload', () => {
  const end: UploadEnd = { status: 'failed', warnings: [], timeline: [], bytesSent: 0, endedAt: 1_764_374_400_000 };
  const running = async (hasCallback = true) => {
    const w = callbackWorld();
    const { id } = await w.accept();
    const { value, version } = (await w.records.get(id))!;
    const { hasCallback: _none, ...request } = value.request;
    await w.records.replace({ ...value, run, ...(hasCallback ? {} : { request }) }, version);
    const ends = (instances: Instances, epoch = run.epoch) =>
      endUpload({ id, epoch, step: { end } }, w.deps as unknown as Dependencies, instances);
    return { ...w, id, ends, end: async () => (await w.records.get(id))?.value.end };
  };

  it('starts the callback, after the record has it', async () => {
    const w = await running();
    const { starts, instances } = noted(w.deps.instances);
    const before: unknown[] = [];
    await w.ends({ ...instances, start: async (...args) => (before.push(await w.end()), instances.start(...args)) });
    expect([starts, before]).toEqual([[`callback ${w.id}-callback`], [expect.objectContaining({ status: 'failed' })]]);
  });

  it('starts it again where the activity runs again: the instance has the upload’s name', async () => {
    const w = await running();
    const { starts, instances } = noted(w.deps.instances);
    await w.ends(instances);
    await w.ends(instances);
    expect(new Set(starts).size).toBe(1);
  });

  it('starts none where there is none', async () => {
    const w = await running(false);
    const { starts, instances } = noted(w.deps.instances);
    await w.ends(instances);
    expect([starts, await w.end()]).toEqual([[], expect.objectContaining({ status: 'failed' })]);
  });

  it('starts none for a run that was superseded', async () => {
    const w = await running();
    const { starts, instances } = noted(w.deps.instances);
    await w.ends(instances, run.epoch - 1);
    expect([starts, await w.end()]).toEqual([[], undefined]);
  });

  it('is an end where the callback cannot be started: the watch comes by', async () => {
    const w = await running();
    await w.ends({ ...w.deps.instances, start: lost });
    expect([(await w.end())?.status, await w.deps.callbacks.open.list()]).toMatchObject(['failed', [{ id: w.id }]]);
  });
});

describe('the end of a delivery', () => {
  const end = { status: 'succeeded', item, sent: true, warnings: [], timeline: [], endedAt: 1_764_374_400_000 };
  const running = async (request: object) => {
    const w = deliveryWorld({ webhookSecrets: secrets, allowedCallbackHosts: ['*.example.org'] });
    const { body } = await w.post({ item, attachments: [{ blob: 'uploads/a.pdf' }], send: true, ...request });
    const { value, version } = (await w.deliveries.get(body.id))!;
    await w.deliveries.replace({ ...value, run }, version);
    const input = { id: body.id, epoch: run.epoch, step: { end: end as unknown as DeliveryEnd } };
    const ends = (instances: Instances) => endDelivery(input, w.deps, instances);
    return { ...w, id: body.id, ends };
  };

  it('tells whoever cancelled it too late', async () => {
    const w = await running({});
    const { value, version } = (await w.deliveries.get(w.id))!;
    await w.deliveries.replace({ ...value, cancelRequestedAt: 1 }, version);
    await w.ends(w.deps.instances);
    const { end: told } = (await w.deliveries.get(w.id))!.value;
    expect(told).toMatchObject({ sent: true, warnings: [{ code: 'CancelledTooLate' }] });
  });

  it('starts its callback, and none of its uploads’', async () => {
    const w = await running({ callbackUrl: url });
    const { starts, instances } = noted(w.deps.instances);
    await w.ends(instances);
    expect(starts).toEqual([`callback ${w.id}-callback`]);
  });

  it('starts none where there is none, and is an end where it cannot be started', async () => {
    const none = await running({});
    const { starts, instances } = noted(none.deps.instances);
    await none.ends(instances);
    expect(starts).toEqual([]);
    const w = await running({ callbackUrl: url });
    await w.ends({ ...w.deps.instances, start: lost });
    expect((await w.deliveries.get(w.id))?.value.end?.status).toBe('succeeded');
  });
});
