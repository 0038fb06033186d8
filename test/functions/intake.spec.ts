import { createUpload } from '../../src/functions/api/createUpload';
import { createFile } from '../../src/functions/api/createFile';
import { purgeFinished } from '../../src/functions/timers/purgeFinished';
import type { UploadRecord } from '../../src/core/upload/record';
import { memoryDeliveries } from './support/memoryDeliveries';
import { context, httpRequest, jsonOf, World, world } from './support/world';

const item = 'users/megan@contoso.com/messages/AAMkAD=';
const body = { blob: 'uploads/q3.pdf', item };

const post = (w: World, json: unknown, headers: Record<string, string> = {}) =>
  createUpload(httpRequest({ method: 'POST', json, headers }), w.deps, context);

async function ends(w: World, id: string, status: 'succeeded' | 'failed'): Promise<void> {
  const held = (await w.records.get(id))!;
  const end = { status, warnings: [], timeline: [], bytesSent: 0, endedAt: w.deps.clock() };
  const record: UploadRecord = { ...held.value, state: status, end };
  await w.records.replace(record, held.version);
}

describe('a closed intake', () => {
  it('refuses new uploads and files with 503, and still answers the key of an earlier one', async () => {
    const w = world();
    w.putBlob('uploads/q3.pdf');
    const first = jsonOf(await post(w, body, { 'idempotency-key': 'k1' }));
    const closed = { ...w, deps: { ...w.deps, settings: { ...w.deps.settings, intake: 'closed' as const } } };
    await expect(post(closed, { ...body, name: 'other.pdf' })).rejects.toMatchObject({
      problem: { code: 'ServiceUnavailable' },
    });
    const file = createFile(httpRequest({ method: 'POST', json: { name: 'a.pdf' } }), closed.deps);
    await expect(file).rejects.toMatchObject({ problem: { code: 'ServiceUnavailable' } });
    expect(jsonOf(await post(closed, body, { 'idempotency-key': 'k1' }))['id']).toBe(first['id']);
    expect(w.records.all.size).toBe(1);
  });

  it('comes after 403, and binds no key', async () => {
    const w = world({ intake: 'closed' });
    w.putBlob('uploads/q3.pdf');
    const other = { ...body, item: 'users/alex@fabrikam.com/messages/AAMkAD=' };
    await expect(post(w, other)).rejects.toMatchObject({ problem: { code: 'MailboxNotAllowed' } });
    await expect(post(w, body, { 'idempotency-key': 'k' })).rejects.toThrow();
    const open = { ...w, deps: { ...w.deps, settings: { ...w.deps.settings, intake: 'open' as const } } };
    expect((await post(open, { ...body, reference: 'other body' }, { 'idempotency-key': 'k' })).status).toBe(202);
  });
});

describe('an Idempotency-Key that was used', () => {
  it('is not told of to a caller whose request is forbidden: 403 comes before 422', async () => {
    const w = world();
    w.putBlob('uploads/q3.pdf');
    await post(w, body, { 'idempotency-key': 'k' });
    const forbidden = post(w, { ...body, blob: 'secret/q3.pdf' }, { 'idempotency-key': 'k' });
    await expect(forbidden).rejects.toMatchObject({ problem: { code: 'ContainerNotAllowed' } });
  });
});

describe('claims of records that were removed within a day', () => {
  const purged = async (status: 'succeeded' | 'failed') => {
    const w = world({ retentionMs: 0 });
    w.putBlob('uploads/q3.pdf');
    const { id } = jsonOf(await post(w, body, { 'idempotency-key': 'k' })) as { id: string };
    await ends(w, id, status);
    w.instances.clear();
    w.later(1000);
    const tables = { removeClaims: async () => 0, repairIndexes: async () => 0 };
    const receipts = { find: async () => undefined, list: async () => ({ found: [] }) };
    const records = { ...w.records, ...tables };
    const deps = { ...w.deps, deliveries: memoryDeliveries(), receipts, records };
    const failed: unknown[] = [];
    await purgeFinished(deps as unknown as Parameters<typeof purgeFinished>[0], (cause) => failed.push(cause));
    expect([failed, w.records.all.size]).toEqual([[], 0]);
    return w;
  };

  it('refuse the same key, so that nothing is attached twice', async () => {
    const w = await purged('succeeded');
    const again = post(w, body, { 'idempotency-key': 'k' });
    await expect(again).rejects.toMatchObject({ problem: { code: 'AlreadyFinished' } });
    expect(w.records.all.size).toBe(0);
  });

  it('refuse a duplicate of what succeeded, but not when it is asked for', async () => {
    const w = await purged('succeeded');
    await expect(post(w, body)).rejects.toMatchObject({ problem: { code: 'AlreadyFinished' } });
    expect((await post(w, { ...body, duplicate: 'allow' })).status).toBe(202);
  });

  it('let a duplicate of what failed through', async () => {
    expect((await post(await purged('failed'), body)).status).toBe(202);
  });
});

describe('names that Outlook hides', () => {
  const warningsOf = async (name: string, blockedExtensions?: string[]) => {
    const w = world(blockedExtensions ? { blockedExtensions } : {});
    w.putBlob('uploads/q3.pdf');
    return (jsonOf(await post(w, { ...body, name }))['warnings'] as { code: string }[]).map(({ code }) => code);
  };

  it.each(['setup.exe', 'SETUP.EXE', 'macro.vbs. ', 'a.b.ps1'])('get a warning: %s', async (name) => {
    expect(await warningsOf(name)).toContain('MayBeBlocked');
  });

  it.each(['q3.pdf', 'exe', 'notes.exe.txt', '.exe.zip'])('are told apart from others: %s', async (name) => {
    expect(await warningsOf(name)).toEqual([]);
  });

  it('are the ones of the setting', async () => {
    expect([await warningsOf('a.exe', ['pdf']), await warningsOf('a.pdf', ['pdf'])]).toEqual([[], ['MayBeBlocked']]);
  });
});
