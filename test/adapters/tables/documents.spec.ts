import { AzureNamedKeyCredential, generateAccountSas } from '@azure/data-tables';
import { tableDocuments } from '../../../src/adapters/tables/documents';
import { tableNylasStore } from '../../../src/adapters/tables/nylas';
import type { Documents } from '../../../src/core/job/documents';
import { memoryDocuments } from '../../functions/support/memoryNylas';
import { ownStorage } from '../../support/storage';

interface Note {
  text: string;
}
const oddKey = 'megan@contoso.com\n/\\#? ü';

describe.each([
  ['a table', async () => tableDocuments<Note>({ connectionString: await ownStorage() }, 'notes', 'note')],
  ['memory', async () => memoryDocuments<Note>()],
])('documents in %s', (_where, open) => {
  let notes: Documents<Note>;
  beforeEach(async () => {
    notes = await open();
  });

  it('lets one of many inserts of a key win', async () => {
    const all = await Promise.all([1, 2, 3].map((n) => notes.insert(oddKey, { text: `${n}` }, n)));
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await notes.get(oddKey)).toEqual(all.find(Boolean));
    expect(await notes.get('other')).toBeUndefined();
  });

  it('replaces a document only in the version that was read', async () => {
    const { version } = (await notes.insert('k', { text: 'a' }, 1))!;
    const taken = await Promise.all(['b', 'c'].map((text) => notes.replace('k', { text }, version, 2)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await notes.get('k'))?.value.text).toBe(taken[0] ? 'b' : 'c');
    expect(await notes.replace('none', { text: '' }, version, 2)).toBe(false);
  });

  it('lists and removes', async () => {
    expect(await notes.list()).toEqual([]);
    await notes.insert('a', { text: 'ü'.repeat(9000) }, 1);
    await notes.insert('b', { text: 'b' }, 2);
    expect((await notes.list()).map(({ text }) => text.length).sort()).toEqual([1, 9000]);
    await notes.remove('a');
    await notes.remove('a');
    expect(await notes.list()).toEqual([{ text: 'b' }]);
  });

  it('removes what was last written before a time, so many at most', async () => {
    const written = await notes.insert('a', { text: 'a' }, 100);
    for (const [key, at] of [
      ['b', 200],
      ['c', 300],
    ] as const)
      await notes.insert(key, { text: key }, at);
    await notes.replace('a', { text: 'a again' }, written!.version, 300);
    expect(await notes.removeBefore(300, 10)).toBe(1);
    expect((await notes.list()).map(({ text }) => text).sort()).toEqual(['a again', 'c']);
    expect(await notes.removeBefore(1000, 1)).toBe(1);
    expect(await notes.list()).toHaveLength(1);
  });
});

it('keeps the kinds of the facade apart', async () => {
  const store = tableNylasStore({ connectionString: await ownStorage() });
  const row = { id: 'x', mailbox: 'm', draftKey: 'k', at: 1 };
  await store.schedules.insert('x', row, 1);
  expect(await store.openSends.get('x')).toBeUndefined();
  expect((await store.schedules.get('x'))?.value).toEqual(row);
});

describe('a table account with a SAS', () => {
  it('is spoken to with it, also where the token begins with a question mark', async () => {
    const own = await ownStorage();
    const part = (key: string): string => new RegExp(`${key}=([^;]+)`).exec(own)?.[1] ?? '';
    const credential = new AzureNamedKeyCredential(part('AccountName'), part('AccountKey'));
    const sas = generateAccountSas(credential, {
      resourceTypes: 'sco',
      permissions: { query: true, write: true, delete: true, list: true, add: true, update: true },
      expiresOn: new Date(Date.now() + 3_600_000),
    });
    const connectionString = `SharedAccessSignature=?${sas};TableEndpoint=${part('TableEndpoint')}`;
    const notes = tableDocuments<Note>({ connectionString }, 'notes', 'note');
    await notes.insert('k', { text: 'a' }, 1);
    expect((await notes.get('k'))?.value).toEqual({ text: 'a' });
  });

  it('may have a domain of its own', () => {
    const connectionString = 'SharedAccessSignature=sv=1&sig=x;TableEndpoint=https://tables.contoso.com';
    expect(() => tableDocuments({ connectionString }, 'notes', 'note')).not.toThrow();
  });
});
