import { getUpload } from '../../src/functions/api/getUpload';
import { UploadError } from '../../src/core/errors';
import { activeRecord, ended, idSource } from './support/sampleRecord';
import { headersOf, httpRequest, jsonOf, world, World } from './support/world';

describe('GET /api/uploads/{id}', () => {
  let w: World;
  let id: string;
  const newId = idSource();
  beforeEach(async () => {
    w = world();
    id = newId();
    await w.records.insert({ ...activeRecord(id), run: { epoch: 1, execution: 'execution', fence: 0, by: '' } });
    w.runs(id, { bytesSent: 3_932_160 });
  });
  const get = (headers: Record<string, string> = {}) => getUpload(httpRequest({ params: { id }, headers }), w.deps);
  const end = async (): Promise<void> => {
    const found = (await w.records.get(id))!;
    await w.records.replace(ended(found.value, 'succeeded', w.deps.clock()), found.version);
  };

  it('joins the record with what its orchestration says', async () => {
    w.runs(id, {
      status: 'waiting',
      waitingFor: 'throttled',
      waitingUntil: w.deps.clock() + 3500,
      bytesSent: 3_932_160,
    });
    const response = await get();
    expect(jsonOf(response)).toMatchObject({
      status: 'waiting',
      waitingFor: 'throttled',
      waitingUntil: '2026-11-22T09:00:03.500Z',
      progress: { bytesSent: 3_932_160, bytesTotal: 12_582_912, percent: 31 },
    });
    expect([response.status, headersOf(response)['retry-after']]).toEqual([200, '4']);
  });

  it('gives the record the last word, and asks nobody to come again', async () => {
    await end();
    const response = await get();
    expect([jsonOf(response)['status'], headersOf(response)['retry-after']]).toEqual(['succeeded', undefined]);
  });

  it('says of which kind the id of its attachment is, where it has one', async () => {
    const attachment = { name: 'q3.pdf', location: null, sha256: null, verified: true, method: 'post' } as const;
    const shown = async (attachmentId: string | null) => {
      const { value, version } = (await w.records.get(id))!;
      const { end: before, ...record } = ended(value, 'succeeded', w.deps.clock());
      await w.records.replace(
        { ...record, end: { ...before!, attachment: { id: attachmentId, ...attachment } } },
        version,
      );
      return jsonOf(await get())['attachment'];
    };
    expect(await shown('A1')).toEqual({ id: 'A1', idKind: 'immutable', ...attachment });
    expect(await shown(null)).toEqual({ id: null, ...attachment });
  });

  it('answers 304 without a body while the ETag is the same, and 200 once it is not', async () => {
    const { etag = '' } = headersOf(await get());
    expect(etag).toMatch(/^"[^"\s]{20,}"$/);
    const same = await get({ 'if-none-match': `"other", W/${etag}` });
    expect([same.status, same.body, headersOf(same)['etag']]).toEqual([304, undefined, etag]);
    w.runs(id, { bytesSent: 7_864_320 });
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
  });

  it('holds the answer until the status changes', async () => {
    w.onSleep.push(
      () => undefined,
      () => void w.runs(id, { bytesSent: 7_864_320 }),
    );
    const before = w.deps.clock();
    const response = await get({ prefer: 'respond-async, wait=20' });
    expect(jsonOf(response)).toMatchObject({ progress: { bytesSent: 7_864_320 } });
    expect([w.deps.clock() - before, headersOf(response)['preference-applied']]).toEqual([500, 'wait=20']);
  });

  it('holds it until the end, which stands on the record', async () => {
    w.onSleep.push(end);
    const before = w.deps.clock();
    expect(jsonOf(await get({ prefer: 'wait=20' }))['status']).toBe('succeeded');
    expect(w.deps.clock() - before).toBeLessThanOrEqual(1000);
  });

  it('looks more often where one request at most is left', async () => {
    w.runs(id, { bytesSent: 12_582_912 });
    w.onSleep.push(
      () => undefined,
      async () => {
        await end();
        w.instances.set(id, { runtimeStatus: 'Completed', customStatus: null, createdAt: 0 });
      },
    );
    const before = w.deps.clock();
    expect(jsonOf(await get({ prefer: 'wait=20' }))['status']).toBe('succeeded');
    expect(w.deps.clock() - before).toBe(100);
  });

  it('answers at once where it differs from If-None-Match already, or is final', async () => {
    const before = w.deps.clock();
    expect((await get({ prefer: 'wait=20', 'if-none-match': '"older"' })).status).toBe(200);
    await end();
    expect((await get({ prefer: 'wait=20' })).status).toBe(200);
    const { etag = '' } = headersOf(await get());
    expect((await get({ prefer: 'wait=20', 'if-none-match': etag })).status).toBe(304);
    expect(w.deps.clock()).toBe(before);
  });

  it('answers 200 when time is up, or 304 where that was asked, and never holds longer than 60 s', async () => {
    const before = w.deps.clock();
    const { etag = '' } = headersOf(await get());
    expect((await get({ prefer: 'wait=2' })).status).toBe(200);
    expect((await get({ prefer: 'wait=3', 'if-none-match': etag })).status).toBe(304);
    expect(w.deps.clock() - before).toBe(5000);
    expect(headersOf(await get({ prefer: 'wait=3600' }))['preference-applied']).toBe('wait=60');
    expect(w.deps.clock() - before).toBe(65_000);
  });

  it.each(['wait', 'wait=', 'wait=-1', 'wait=x', 'await=5'])(
    'ignores a preference that cannot be read: %s',
    async (prefer) => {
      const before = w.deps.clock();
      expect(headersOf(await get({ prefer }))['preference-applied']).toBeUndefined();
      expect(w.deps.clock()).toBe(before);
    },
  );

  it('starts one that was accepted and never started', async () => {
    id = newId();
    await w.records.insert(activeRecord(id));
    expect([jsonOf(await get())['status'], w.started]).toEqual(['queued', [id]]);
  });

  it.each([newId(), '../uploads', '%2e%2e', ''])('knows no upload %p', async (unknown) => {
    id = unknown;
    await expect(get()).rejects.toEqual(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'UploadNotFound' }) }),
    );
    await expect(get()).rejects.toBeInstanceOf(UploadError);
  });
});
