import type { UploadFilter, UploadRecords } from '../../../src/core/upload/ports';
import type { UploadRecord } from '../../../src/core/upload/record';
import { activeRecord, ended, idSource, startOfTime } from './sampleRecord';

/** What every implementation of UploadRecords does; `open` gives an empty one. */
export function uploadRecordsSuite(open: () => Promise<UploadRecords>): void {
  let records: UploadRecords;
  const newId = idSource();
  beforeEach(async () => {
    records = await open();
  });
  const idsOf = async (filter: UploadFilter, limit = 100, after?: string): Promise<string[]> =>
    (await records.list(filter, limit, after)).map(({ id }) => id);

  const withFacts = (before: string[]): UploadRecord => ({
    ...activeRecord(newId()),
    facts: { before, commits: 0, sessions: [] },
  });

  it('gives back a record as it was inserted, also a long one in many scripts', async () => {
    const record = withFacts(['äöü', '😀'.repeat(20_000), 'x'.repeat(59_999)]);
    expect(await records.insert(record)).toBe(true);
    expect((await records.get(record.id))?.value).toEqual(record);
  });

  it('inserts one record of an id, whoever asks at the same instant', async () => {
    const id = newId();
    const inserted = await Promise.all([1, 2, 3, 4].map((n) => records.insert(activeRecord(id, { name: `${n}` }))));
    expect(inserted.filter(Boolean)).toHaveLength(1);
  });

  it('knows nothing of an id that was never inserted, nor of a text that is no id', async () => {
    expect(await records.get(newId())).toBeUndefined();
    expect(await records.get('../x')).toBeUndefined();
    expect(await idsOf({})).toEqual([]);
  });

  it('replaces a record only in the version that was read', async () => {
    const record = activeRecord(newId());
    await records.insert(record);
    const { version } = (await records.get(record.id))!;
    const taken = await Promise.all([1, 2, 3].map((n) => records.replace({ ...record, updatedAt: n }, version)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await records.replace(record, version)).toBe(false);
    expect((await records.get(record.id))?.value.updatedAt).toBe(1 + taken.indexOf(true));
  });

  it('lists an ended upload that left a session open, until the session is off its record', async () => {
    const session = { sealedUrl: 'sealed', expiresAt: startOfTime + 60_000 };
    const record = { ...activeRecord(newId()), facts: { commits: 0, sessions: [session] } };
    await records.insert(record);
    expect(await records.listLeft()).toEqual([]);
    const first = (await records.get(record.id))!;
    const left = ended(first.value, 'failed', startOfTime);
    await records.replace(left, first.version);
    expect((await records.listLeft()).map(({ id }) => id)).toEqual([record.id]);
    const second = (await records.get(record.id))!;
    await records.replace({ ...left, facts: { commits: 0, sessions: [] } }, second.version);
    expect(await records.listLeft()).toEqual([]);
  });

  it('forgets what a shorter record no longer has', async () => {
    const record = withFacts(['x'.repeat(90_000)]);
    await records.insert(record);
    const { version } = (await records.get(record.id))!;
    await records.replace({ ...record, facts: { ...record.facts, before: [] } }, version);
    expect((await records.get(record.id))?.value.facts.before).toEqual([]);
  });

  it('lists the newest first, page by page, undisturbed by new ones', async () => {
    const ids = Array.from({ length: 5 }, newId);
    for (const id of ids) await records.insert(activeRecord(id));
    const first = await idsOf({}, 2);
    await records.insert(activeRecord(newId()));
    expect([...first, ...(await idsOf({}, 2, first[1])), ...(await idsOf({}, 2, ids[1]))]).toEqual([...ids].reverse());
  });

  it('moves a record from the active ones to those of its end', async () => {
    const record = activeRecord(newId());
    await records.insert(record);
    expect([await idsOf({ status: 'running' }), await idsOf({ status: 'queued' })]).toEqual([[record.id], [record.id]]);
    const { version } = (await records.get(record.id))!;
    expect(await records.replace(ended(record, 'failed', startOfTime), version)).toBe(true);
    expect([await idsOf({ status: 'running' }), await idsOf({ status: 'failed' })]).toEqual([[], [record.id]]);
    expect(await idsOf({ status: 'succeeded' })).toEqual([]);
    expect(await records.listActive()).toEqual([]);
  });

  it('changes nothing where the end comes with a stale version', async () => {
    const record = activeRecord(newId());
    await records.insert(record);
    const { version } = (await records.get(record.id))!;
    await records.replace({ ...record, cancelRequestedAt: 1 }, version);
    expect(await records.replace(ended(record, 'succeeded', startOfTime), version)).toBe(false);
    expect([await idsOf({ status: 'succeeded' }), await idsOf({ status: 'running' })]).toEqual([[], [record.id]]);
  });

  it('finds by item, however it was written, by reference, and by all of them together', async () => {
    const [a, b, c] = [newId(), newId(), newId()];
    await records.insert(activeRecord(a, { reference: 'order 4711' }));
    await records.insert(ended(activeRecord(b, { item: 'users/Megan%40contoso.com/messages/AAMkAD%3D' }), 'failed', 1));
    await records.insert(
      activeRecord(c, { item: 'users/adele@contoso.com/messages/AAMkAD=', reference: 'order 4711' }),
    );
    const megans = 'users/megan@contoso.com/messages/AAMkAD=';
    expect(await idsOf({ item: megans })).toEqual([b, a]);
    expect(await idsOf({ reference: 'order 4711' })).toEqual([c, a]);
    expect(await idsOf({ item: megans, reference: 'order 4711' })).toEqual([a]);
    expect(await idsOf({ item: megans, status: 'failed' })).toEqual([b]);
    expect(await idsOf({ reference: 'order 4711', status: 'waiting' }, 1)).toEqual([c]);
    expect(await idsOf({ reference: 'order 4711', status: 'waiting' }, 1, c)).toEqual([a]);
    expect(await idsOf({ reference: 'order' })).toEqual([]);
  });

  it('lists what ended before a time, and removes it from every list', async () => {
    const [a, b, c] = [newId(), newId(), newId()];
    const day = startOfTime + 86_400_000;
    const endings = [
      [a, day + 3000],
      [b, day + 1000],
      [c, day + 5000],
    ] as const;
    for (const [id, at] of endings) await records.insert(ended(activeRecord(id, { reference: 'r' }), 'succeeded', at));
    const old: string[] = [];
    for await (const page of records.listEnded(day + 5000)) {
      for (const { id } of page) await records.remove(id); // while the list goes on
      old.push(...page.map(({ id }) => id));
    }
    expect(old.sort()).toEqual([a, b].sort());
    await records.remove(b);
    expect([await idsOf({}), await idsOf({ reference: 'r' }), await idsOf({ status: 'succeeded' })]).toEqual([
      [c],
      [c],
      [c],
    ]);
    expect(await records.get(a)).toBeUndefined();
  });

  it('lets one of many claims of a key win and tells the others whose it is', async () => {
    const claims = [1, 2, 3, 4].map((n) => ({ uploadId: `u${n}`, fingerprint: 'f', claimedAt: startOfTime + n }));
    const answers = await Promise.all(claims.map((claim) => records.claim('idempotencyKey', 'k/#?', claim)));
    expect(answers.filter(({ won }) => won)).toHaveLength(1);
    const winner = answers.find(({ won }) => won)!.held;
    for (const { held } of answers) expect(held).toEqual(winner);
    expect(await records.findClaim('idempotencyKey', 'k/#?')).toEqual(winner);
    expect(await records.findClaim('duplicate', 'k/#?')).toBeUndefined();
  });

  it('keeps of an unlisted attachment the id that the upload host gave', async () => {
    const claim = { uploadId: 'u1', attachmentId: 'AAMkAD+/=', claimedAt: startOfTime };
    await records.claim('unlisted', 'k', claim);
    expect((await records.findClaim('unlisted', 'k'))?.value).toEqual(claim);
  });

  it('puts a claim in the place of another only in the version that was read', async () => {
    const { held } = await records.claim('duplicate', 'k', { uploadId: 'old', claimedAt: 1 });
    const taken = await Promise.all(
      ['a', 'b'].map((uploadId) => records.replaceClaim('duplicate', 'k', { uploadId, claimedAt: 2 }, held.version)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await records.findClaim('duplicate', 'k'))?.value.uploadId).toBe(taken[0] ? 'a' : 'b');
    expect(await records.replaceClaim('duplicate', 'none', { uploadId: 'a', claimedAt: 2 }, held.version)).toBe(false);
  });
}
