import type { Resources } from '../../../src/core/upload/ports';

/** What every store of resources does. */
export function resourcesSuite(open: () => Promise<Resources>): void {
  let resources: Resources;
  beforeAll(async () => {
    resources = await open();
  });
  const id = '01a2023a-b2c6-7000-a68d-cbfe0d559ce9';
  const json = JSON.stringify({ subject: 'Grüße €', body: 'x'.repeat(3_000_000) });

  it('has nothing before anything was put, and says so', async () => {
    expect(await resources.read(id)).toMatchObject({ kind: 'missing' });
    expect(await resources.listBefore(Date.now() + 60_000)).toEqual([]);
    await resources.remove(id);
  });

  it('gives back what was put, also when it was put twice', async () => {
    await Promise.all([resources.put(id, json), resources.put(id, json)]);
    await resources.put(id, json);
    expect(await resources.read(id)).toEqual({ kind: 'resource', json });
  });

  it('lists what was written before a time', async () => {
    expect(await resources.listBefore(Date.now() + 60_000)).toEqual([id]);
    expect(await resources.listBefore(Date.now() - 3_600_000)).toEqual([]);
  });

  it('removes it, and is content where it is gone', async () => {
    await resources.remove(id);
    await resources.remove(id);
    expect(await resources.read(id)).toMatchObject({ kind: 'missing' });
  });
}
