import { parseItemPath } from '../../src/core/items/path';
import type { WantedUpload } from '../../src/core/upload/request';
import { acceptUpload } from '../../src/app/intake/acceptUpload';
import { purgeResources } from '../../src/app/upkeep/purgeResources';
import { ended } from './support/sampleRecord';
import { world, World } from './support/world';

const day = 86_400_000;
const itemText = 'users/megan@contoso.com/messages/AAMkAD=';
const parsed = parseItemPath(itemText);
if (!parsed.ok) throw new Error(parsed.detail);
const secret = 'words that no record holds';
const wanted: WantedUpload = {
  blob: undefined,
  resource: {
    '@odata.type': '#microsoft.graph.itemAttachment',
    name: 'Hello',
    item: { '@odata.type': '#microsoft.graph.message', subject: secret },
  },
  item: parsed.item,
  itemText,
  isInline: false,
  reference: null,
  duplicate: 'reuse',
  source: 'http',
};

describe('accepting a resource', () => {
  let w: World;
  beforeEach(() => {
    w = world();
  });
  const accept = async (changes: Partial<WantedUpload> = {}, key?: string): Promise<string> => {
    const idempotency = key === undefined ? undefined : { scope: 'POST /api/uploads', key, fingerprint: 'f' };
    return (await acceptUpload({ ...wanted, ...changes }, w.deps, idempotency)).record.id;
  };

  it('puts it aside under the upload’s id; the record knows its kind and length alone', async () => {
    const id = await accept();
    const record = (await w.records.get(id))!.value;
    const json = w.resources.all.get(id)!;
    expect(JSON.parse(json)).toEqual(wanted.resource);
    expect(record.request).toMatchObject({
      blob: null,
      sizeBytes: null,
      name: 'Hello',
      contentType: 'message/rfc822',
      resource: { kind: 'itemAttachment', jsonBytes: Buffer.byteLength(json) },
    });
    expect(JSON.stringify(record)).not.toContain(secret);
  });

  it('puts it aside before anything refers to it, so that a crash leaves no upload without it', async () => {
    const whole = w.deps.resources.put.bind(w.deps.resources);
    w.deps.resources.put = () => Promise.reject(new Error('crash'));
    await expect(accept({}, 'k')).rejects.toThrow('crash');
    expect([w.records.all.size, w.started]).toEqual([0, []]);
    w.deps.resources.put = whole;
    const id = await accept({}, 'k');
    expect([[...w.resources.all.keys()], w.started]).toEqual([[id], [id]]);
  });

  it('takes the same content on the same item under the same name for the same upload, whatever its order', async () => {
    const id = await accept();
    const { item, ...rest } = wanted.resource!;
    expect(await accept({ resource: { item, ...rest } })).toBe(id);
    expect(await accept({ resource: { ...rest, item, name: 'Other' }, name: 'Hello' })).toBe(id);
    const others = [
      { name: 'Other' },
      { resource: { ...rest, item: {} } },
      { isInline: true },
      { duplicate: 'allow' as const },
    ];
    const ids = [];
    for (const other of others) ids.push(await accept(other));
    expect(new Set([id, ...ids]).size).toBe(5);
    expect(w.resources.all.size).toBe(5);
  });

  it('is forgotten when its upload has ended or never came to be, not while it is active', async () => {
    const [active, over] = [await accept(), await accept({ name: 'Other' })];
    await w.resources.put('orphan', '{}');
    const found = (await w.records.get(over))!;
    await w.records.replace(ended(found.value, 'failed', w.deps.clock()), found.version);
    const purge = (before: number) =>
      purgeResources(before, w.deps, { until: Infinity, clock: w.deps.clock, failed: fail });
    await purge(w.deps.clock() - day);
    expect(w.resources.all.size).toBe(3);
    await purge(w.deps.clock() + 1);
    expect([...w.resources.all.keys()]).toEqual([active]);
  });
});

function fail(cause: unknown): never {
  throw cause;
}
