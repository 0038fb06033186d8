import fc from 'fast-check';
import { acceptUpload, Accepted } from '../../src/app/intake/acceptUpload';
import { parseItemPath } from '../../src/core/items/path';
import type { UploadRecords } from '../../src/core/upload/ports';
import type { UploadRecord } from '../../src/core/upload/record';
import type { WantedUpload } from '../../src/core/upload/request';
import { UploadError } from '../../src/core/errors';
import { ended } from './support/sampleRecord';
import { world, World } from './support/world';

const day = 86_400_000;
const itemText = 'users/megan@contoso.com/messages/AAMkAD=';
const parsed = parseItemPath(itemText);
if (!parsed.ok) throw new Error(parsed.detail);
const file: WantedUpload = {
  blob: { container: 'uploads', name: 'reports/q3.pdf' },
  item: parsed.item,
  itemText,
  isInline: false,
  reference: null,
  duplicate: 'reuse',
  source: 'http',
};
const keyed = (key: string, fingerprint = 'f') => ({ scope: 'POST /api/uploads', key, fingerprint });

describe('accepting an upload', () => {
  let w: World;
  beforeEach(() => {
    w = world();
    w.putBlob('uploads/reports/q3.pdf');
  });
  const accept = (changes: Partial<WantedUpload> = {}, key?: string, fingerprint?: string): Promise<Accepted> =>
    acceptUpload({ ...file, ...changes }, w.deps, key === undefined ? undefined : keyed(key, fingerprint));
  const end = async (id: string, status: 'succeeded' | 'failed' | 'cancelled'): Promise<void> => {
    const found = (await w.records.get(id))!;
    await w.records.replace(ended(found.value, status, w.deps.clock()), found.version);
  };
  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'accepted',
      (cause: unknown) => (cause instanceof UploadError ? cause.problem.code : String(cause)),
    );

  it('records the complete start input and starts the orchestration with the id alone', async () => {
    const { record, reused } = await accept({ name: 'q.pdf', contentId: 'logo', reference: 'order 4711' });
    expect(reused).toBe(false);
    expect((await w.records.get(record.id))?.value).toEqual(record);
    expect(w.started).toEqual([record.id]);
    expect(record.request).toMatchObject({
      blob: { container: 'uploads', name: 'reports/q3.pdf', etag: '"0x1"' },
      sizeBytes: 12_582_912,
      name: 'q.pdf',
      contentType: 'application/pdf',
      policy: { rangeSizeBytes: 3_932_160, settleMs: 60_000, deadlineMs: day },
    });
  });

  const at = (path: string): Pick<WantedUpload, 'item' | 'itemText'> => {
    const found = parseItemPath(path);
    if (!found.ok) throw new Error(found.detail);
    return { item: found.item, itemText: path };
  };
  const byId = at('users/6f1c9d2e-0000-4000-8000-00000000000a/messages/AAMkAD=');

  it('knows an item by its id, by whatever folder or name of its mailbox it is reached', async () => {
    const first = await accept();
    for (const path of [
      byId,
      at('users/megan@contoso.com/mailFolders/drafts/messages/AAMkAD='),
      at('me/messages/AAMkAD='),
    ])
      expect(await codeOrId({ ...path })).toBe(first.record.id);
    expect(await codeOrId(at('users/megan@contoso.com/messages/AAMkOther='))).not.toBe(first.record.id);
    expect(await codeOrId(at('users/megan@contoso.com/events/AAMkAD='))).not.toBe(first.record.id);
  });
  const codeOrId = async (changes: Partial<WantedUpload>): Promise<string> => {
    Object.assign(w.deps.settings, { allowedMailboxes: ['*'] });
    return (await accept(changes)).record.id;
  };

  it('gives a person no upload of a mailbox that she has not named, though she knows an id in it', async () => {
    const first = await accept();
    const asked = { requestedBy: { id: 'p1' } };
    expect(await codeOrId({ ...byId, ...asked })).not.toBe(first.record.id);
    expect(first.record.alsoAskedBy).toBeUndefined();
    const another = await accept({ name: 'b.pdf' });
    expect(await codeOrId({ name: 'b.pdf', ...asked })).toBe(another.record.id);
  });

  it('sends a decomposed name composed, so that both are one file', async () => {
    const first = await accept({ name: 'U\u0308bersicht.pdf' });
    expect(first.record.request).toMatchObject({ name: '\u00dcbersicht.pdf', warnings: [] });
    expect((await accept({ name: '\u00dcbersicht.pdf' })).record.id).toBe(first.record.id);
  });

  it.each(['a:b.pdf', 'a\\b.pdf', 'what?.pdf', ' a.pdf', 'a.pdf ', 'a.'])(
    'warns of a name that may be changed: %j',
    async (name) => {
      expect((await accept({ name })).record.request.warnings).toMatchObject([{ code: 'MayBeRenamed' }]);
    },
  );

  it('warns of a file above the message limit', async () => {
    w.putBlob('uploads/reports/q3.pdf', 40_000_000);
    expect((await accept()).record.request.warnings).toMatchObject([{ code: 'MayExceedMessageLimit' }]);
  });

  it.each([
    ['ContainerNotAllowed', { blob: { container: 'secret', name: 'x' } }, undefined],
    [
      'MailboxNotAllowed',
      { item: { ...parsed.item, segments: ['users', 'eve@evil.org', 'messages', 'A'] } },
      undefined,
    ],
    ['CallbackNotAllowed', { callbackUrl: 'https://example.org' }, undefined],
    ['BlobNotFound', { blob: { container: 'uploads', name: 'none' } }, undefined],
    ['BlobChanged', { ifMatch: '"0x2"' }, undefined],
    ['EmptyBlob', {}, 0],
    ['AttachmentTooLarge', {}, 157_286_401],
  ] as const)('refuses with %s, binds no key and leaves nothing behind', async (code, changes, sizeBytes) => {
    if (sizeBytes !== undefined) w.putBlob('uploads/reports/q3.pdf', sizeBytes);
    expect(await codeOf(accept(changes, 'k'))).toBe(code);
    expect([w.records.all.size, w.started]).toEqual([0, []]);
    w.putBlob('uploads/reports/q3.pdf');
    expect(await codeOf(accept({}, 'k', 'another body'))).toBe('accepted');
  });

  it('takes the ETag of ifMatch with and without its quotes', async () => {
    expect(await codeOf(accept({ ifMatch: '"0x1"' }))).toBe('accepted');
    expect(await codeOf(accept({ ifMatch: '0x1' }))).toBe('accepted');
  });

  it('says that storage is away rather than that a blob is missing', async () => {
    w.deps.blobs.head = async () => ({ kind: 'unreachable' });
    expect(await codeOf(accept())).toBe('ServiceUnavailable');
  });

  it('answers the same key and body with the same upload, also when the blob is gone by then', async () => {
    const first = await accept({}, 'k');
    w.removeBlob('uploads/reports/q3.pdf');
    expect(await accept({}, 'k')).toEqual({ record: first.record, reused: true });
    expect(await codeOf(accept({}, 'k', 'another body'))).toBe('IdempotencyKeyReused');
  });

  it('answers the same version, item and name with the upload that is active or has succeeded today', async () => {
    const { record } = await accept();
    const same = { item: { ...parsed.item, segments: ['users', 'MEGAN@contoso.com', 'messages', 'AAMkAD='] } };
    expect((await accept(same, 'k')).record.id).toBe(record.id);
    await end(record.id, 'succeeded');
    w.later(day);
    expect((await accept({}, 'k2')).record.id).toBe(record.id);
    w.later(1);
    const next = await accept();
    expect([next.reused, next.record.id === record.id]).toEqual([false, false]);
    expect((await accept({}, 'k')).record.id).toBe(record.id); // what a key has given, it gives again
  });

  it.each(['failed', 'cancelled'] as const)('never revives one that %s', async (status) => {
    const { record } = await accept();
    await end(record.id, status);
    const next = await accept();
    expect(next.reused).toBe(false);
    expect((await accept()).record.id).toBe(next.record.id);
  });

  it('takes another version, name or item for another upload', async () => {
    const ids = [(await accept()).record.id, (await accept({ name: 'other.pdf' })).record.id];
    w.putBlob('uploads/reports/q3.pdf', 5, '"0x2"');
    ids.push((await accept()).record.id);
    expect(new Set(ids).size).toBe(3);
  });

  it('attaches again where that is allowed, and later ones reuse one of them', async () => {
    const ids = [(await accept({ duplicate: 'allow' })).record.id, (await accept({ duplicate: 'allow' })).record.id];
    expect(new Set(ids).size).toBe(2);
    expect(ids).toContain((await accept()).record.id);
  });

  it('starts what was accepted and never started when it is asked for again', async () => {
    const whole = w.deps.instances;
    Object.assign(w.deps, { instances: { ...whole, start: () => Promise.reject(new Error('Durable is away')) } });
    const { record } = await accept({}, 'k');
    Object.assign(w.deps, { instances: whole });
    expect((await accept({}, 'k')).record.id).toBe(record.id);
    expect(w.started).toEqual([record.id]);
  });

  it('ends in one upload after a crash before or after any write', async () => {
    for (let write = 1; write <= 4; write++) {
      for (const when of ['before', 'after'] as const) {
        w = world();
        w.putBlob('uploads/reports/q3.pdf');
        const whole = w.deps.records;
        w.deps.records = crashing(whole, write, when) as typeof whole;
        const crashed = await codeOf(accept({}, 'k'));
        w.deps.records = whole;
        const [other, again] = [await accept({}, 'another key'), await accept({}, 'k')];
        expect({ write, when, ids: [again.record.id] }).toEqual({ write, when, ids: [other.record.id] });
        expect([w.records.all.size, new Set(w.started).size]).toEqual([1, 1]);
        if (write < 4) expect(crashed).toBe('Error: crash');
      }
    }
  });

  it('ends in one upload when equal calls and duplicates interleave in any way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        w = world();
        w.putBlob('uploads/reports/q3.pdf');
        w.deps.records = interleaved(w.deps.records, s) as typeof w.deps.records;
        const calls = [accept({}, 'k'), accept({}, 'k'), accept({}, 'k2'), accept(), accept()];
        const all = Promise.all(calls);
        await s.waitFor(all);
        const ids = (await all).map(({ record }) => record.id);
        expect(new Set([...ids, ...w.started]).size).toBe(1);
        expect((await all).filter(({ reused }) => !reused)).toHaveLength(1);
        expect(w.records.all.size).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('starts one new upload when several calls find the last one failed, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        w = world();
        w.putBlob('uploads/reports/q3.pdf');
        await end((await accept()).record.id, 'failed');
        w.deps.records = interleaved(w.deps.records, s) as typeof w.deps.records;
        const all = Promise.all([accept({}, 'k'), accept({}, 'k'), accept()]);
        await s.waitFor(all);
        expect(new Set((await all).map(({ record }) => record.id)).size).toBe(1);
        expect(w.records.all.size).toBe(2);
      }),
      { numRuns: 200 },
    );
  });
});

/** Records that crash at their nth write: before it happens, or after it was done and before it is answered. */
function crashing(records: UploadRecords, nth: number, when: 'before' | 'after'): UploadRecords {
  let count = 0;
  const wrap =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const crashes = ++count === nth;
      if (crashes && when === 'before') throw new Error('crash');
      const answer = await write(...args);
      if (crashes) throw new Error('crash');
      return answer;
    };
  return {
    ...records,
    claim: wrap((...args: Parameters<UploadRecords['claim']>) => records.claim(...args)),
    insert: wrap((record: UploadRecord) => records.insert(record)),
    replaceClaim: wrap((...args: Parameters<UploadRecords['replaceClaim']>) => records.replaceClaim(...args)),
  };
}

/** Records whose every operation happens when the scheduler says so. */
function interleaved(records: UploadRecords, s: fc.Scheduler): UploadRecords {
  return {
    ...records,
    claim: s.scheduleFunction((...args: Parameters<UploadRecords['claim']>) => records.claim(...args)),
    findClaim: s.scheduleFunction((...args: Parameters<UploadRecords['findClaim']>) => records.findClaim(...args)),
    replaceClaim: s.scheduleFunction((...args: Parameters<UploadRecords['replaceClaim']>) =>
      records.replaceClaim(...args),
    ),
    insert: s.scheduleFunction((record: UploadRecord) => records.insert(record)),
    get: s.scheduleFunction((id: string) => records.get(id)),
  };
}
