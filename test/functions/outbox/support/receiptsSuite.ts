import type { Receipt, Receipts } from '../../../../src/core/outbox/ports';

export interface OpenReceipts {
  readonly receipts: Receipts;
  /** @returns the ETag */
  readonly putBlob: (name: string) => Promise<string>;
}

/** What every implementation of Receipts does; `open` gives an empty one. */
export function receiptsSuite(open: () => Promise<OpenReceipts>): void {
  let receipts: Receipts;
  let putBlob: OpenReceipts['putBlob'];
  beforeEach(async () => ({ receipts, putBlob } = await open()));
  const name = 'users/megan@contoso.com/messages/AA=/q3 – “ü” 100%.pdf';
  const taken: Receipt = { etag: '"0x1"', state: 'accepted', uploadId: 'u1', body: { status: 'queued', name: 'ü' } };

  it('finds a receipt again as it was written, all but its body', async () => {
    expect(await receipts.find(name)).toBeUndefined();
    const version = await receipts.write(name, taken, undefined);
    expect(await receipts.find(name)).toEqual({
      value: {
        receiptName: `${name}.json`,
        etag: '"0x1"',
        state: 'accepted',
        uploadId: 'u1',
        writtenAt: expect.any(Number) as number,
      },
      version,
    });
    const refused: Receipt = { etag: '"0x2"', state: 'refused', body: { code: 'InvalidItem' } };
    expect(await receipts.write(name, refused, version)).toBeDefined();
    expect((await receipts.find(name))?.value).not.toHaveProperty('uploadId');
  });

  it('writes one receipt where none is, whoever writes at the same instant', async () => {
    const written = await Promise.all(
      ['a', 'b', 'c'].map((etag) => receipts.write(name, { ...taken, etag }, undefined)),
    );
    expect(written.filter((version) => version !== undefined)).toHaveLength(1);
    expect((await receipts.find(name))?.value.etag).toBe(['a', 'b', 'c'][written.findIndex(Boolean)]);
  });

  it('writes over the version that was read only', async () => {
    const first = await receipts.write(name, taken, undefined);
    const second = await receipts.write(name, { ...taken, state: 'ended' }, first);
    expect(await receipts.write(name, taken, first)).toBeUndefined();
    expect(await receipts.write(name, taken, undefined)).toBeUndefined();
    expect((await receipts.find(name))?.version).toBe(second);
    expect(await receipts.write('never written', taken, second)).toBeUndefined();
  });

  it('removes the version that was read only', async () => {
    await receipts.write(name, taken, undefined);
    const stale = (await receipts.find(name))!;
    await receipts.write(name, { ...taken, state: 'ended' }, stale.version);
    expect(await receipts.remove(stale)).toBe(false);
    const found = (await receipts.find(name))!;
    expect([await receipts.remove(found), await receipts.remove(found)]).toEqual([true, false]);
    expect(await receipts.find(name)).toBeUndefined();
  });

  it('lists blobs and receipts by names that fit together, with what find tells', async () => {
    const other = 'users/megan@contoso.com/messages/AA=/other.pdf';
    const etag = await putBlob(name);
    await putBlob(other);
    await receipts.write(name, { ...taken, etag }, undefined);
    const { found: blobs } = await receipts.listOutbox();
    expect(blobs.map((blob) => blob.name).sort()).toEqual([other, name].sort());
    const blob = blobs.find((each) => each.name === name)!;
    const { found: listed } = await receipts.list();
    expect(listed).toEqual([await receipts.find(name)]);
    expect(blob).toEqual({ name, etag, receiptName: listed[0]!.value.receiptName });
    expect(await receipts.hasBlob(blob.receiptName)).toBe(true);
    expect(await receipts.hasBlob('users/megan@contoso.com/messages/AA=/gone.pdf.json')).toBe(false);
  });
}
