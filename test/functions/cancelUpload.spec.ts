import { cancelUpload } from '../../src/functions/api/cancelUpload';
import type { UploadRecord } from '../../src/core/upload/record';
import { activeRecord, ended, idSource } from './support/sampleRecord';
import { httpRequest, jsonOf, world, World } from './support/world';

describe('DELETE /api/uploads/{id}', () => {
  let w: World;
  let id: string;
  beforeEach(() => {
    w = world();
    id = idSource()();
  });
  const cancel = () => cancelUpload(httpRequest({ method: 'DELETE', params: { id } }), w.deps);
  const stored = async (): Promise<UploadRecord> => (await w.records.get(id))!.value;
  const refusal = (code: string) => ({ problem: expect.objectContaining({ code }) as unknown });

  it('marks the record before it raises the event, and answers 202', async () => {
    await w.records.insert({ ...activeRecord(id), run: { epoch: 1, execution: 'execution', fence: 0, by: '' } });
    w.runs(id, {});
    const raise = w.deps.instances.raise.bind(w.deps.instances);
    Object.assign(w.deps.instances, {
      raise: async (...args: Parameters<typeof raise>) => {
        expect((await stored()).cancelRequestedAt).toBe(w.deps.clock());
        await raise(...args);
      },
    });
    const response = await cancel();
    expect([response.status, jsonOf(response)['status']]).toEqual([202, 'cancelling']);
    expect(w.raised).toEqual([`cancelRequested ${id}`]);
  });

  it('keeps its mark where the orchestration writes the record at the same instant', async () => {
    await w.records.insert(activeRecord(id));
    w.runs(id, {});
    const replace = w.records.replace.bind(w.records);
    let interrupted = false;
    w.deps.records.replace = async (record, version) => {
      if (!interrupted) {
        interrupted = true;
        await replace({ ...(await stored()), run: { epoch: 1, execution: 'execution', fence: 0, by: '' } }, version);
      }
      return replace(record, version);
    };
    expect((await cancel()).status).toBe(202);
    expect(await stored()).toMatchObject({
      run: { epoch: 1, execution: 'execution', fence: 0, by: '' },
      cancelRequestedAt: w.deps.clock(),
    });
  });

  it('raises the event again when it is asked again, and keeps the first time', async () => {
    await w.records.insert({ ...activeRecord(id), run: { epoch: 1, execution: 'execution', fence: 0, by: '' } });
    w.runs(id, {});
    await cancel();
    const first = (await stored()).cancelRequestedAt;
    w.later(5000);
    expect((await cancel()).status).toBe(202);
    expect([(await stored()).cancelRequestedAt, w.raised.length]).toEqual([first, 2]);
  });

  it('ends one that was never started at once', async () => {
    await w.records.insert(activeRecord(id));
    const response = await cancel();
    expect([response.status, jsonOf(response)['status'], w.raised]).toEqual([200, 'cancelled', []]);
    expect((await w.records.list({ status: 'cancelled' }, 9, undefined)).map((record) => record.id)).toEqual([id]);
    expect((await cancel()).status).toBe(200);
  });

  it('leaves the end to an execution that begins while it looks', async () => {
    await w.records.insert(activeRecord(id));
    Object.assign(w.deps.instances, {
      status: async () => {
        const found = (await w.records.get(id))!;
        await w.records.replace(
          { ...found.value, run: { epoch: 1, execution: 'execution', fence: 0, by: '' } },
          found.version,
        );
        return undefined; // it looked before the start
      },
    });
    expect([(await cancel()).status, (await stored()).state, w.raised.length]).toEqual([202, 'active', 1]);
  });

  it.each(['succeeded', 'failed'] as const)('refuses one that has %s', async (status) => {
    await w.records.insert(ended(activeRecord(id), status, 1));
    await expect(cancel()).rejects.toMatchObject(refusal('AlreadyFinished'));
  });

  it('refuses an unknown one, and one that belongs to a delivery', async () => {
    await expect(cancel()).rejects.toMatchObject(refusal('UploadNotFound'));
    await w.records.insert(activeRecord(id, { delivery: 'd1' }));
    await expect(cancel()).rejects.toMatchObject(refusal('NotFinished'));
    expect((await stored()).cancelRequestedAt).toBeUndefined();
  });
});
