import '../../orchestrators/support/quietFunctions';
import { cleanStaged, forgetOldCalls } from '../../../src/functions/timers/cleanStaged';
import type { UploadRecord } from '../../../src/core/upload/record';
import type { NylasSession } from '../../../src/core/nylas/session';
import { activeRecord, ended } from '../support/sampleRecord';
import { memoryNylas, memoryStaged } from '../support/memoryNylas';
import { world } from '../support/world';

const hour = 3_600_000;
const day = 24 * hour;

function cleaner() {
  const here = world();
  const files = memoryStaged(here.deps.clock);
  const deps = { ...here.deps, staged: files.staged, nylas: memoryNylas() };
  const uses = (name: string): UploadRecord =>
    activeRecord(here.deps.newId(), {
      blob: { container: 'uploads', name, etag: files.all.get(name)?.etag ?? '' },
      createdAt: here.deps.clock(),
    });
  return { ...here, deps, files, uses, left: () => [...files.all.keys()] };
}

it('removes what nobody has used a day after it came, not earlier', async () => {
  const { deps, files, left, later } = cleaner();
  files.putBlob('.staged/a/x', 'x');
  files.putBlock('.staged/b/content', 'never completed');
  later(day - 1);
  expect(await cleanStaged(deps)).toBe(0);
  later(2);
  files.putBlob('.staged/c/x', 'young');
  expect(await cleanStaged(deps)).toBe(2);
  expect(left()).toEqual(['.staged/c/x']);
});

it('keeps what an active upload names, however long it takes', async () => {
  const { deps, files, left, later, records, uses } = cleaner();
  files.putBlob('.staged/a/x', 'x');
  await records.insert(uses('.staged/a/x'));
  later(30 * day);
  expect(await cleanStaged(deps)).toBe(0);
  expect(left()).toEqual(['.staged/a/x']);
});

it('counts the day from the end of the last upload that used it', async () => {
  const { deps, files, left, later, records, uses } = cleaner();
  files.putBlob('.staged/a/x', 'x');
  later(20 * hour);
  const record = uses('.staged/a/x');
  await records.insert(ended(record, 'failed', deps.clock()));
  later(day - 1);
  expect(await cleanStaged(deps)).toBe(0);
  later(2);
  expect(await cleanStaged(deps)).toBe(1);
  expect(left()).toEqual([]);
});

it('finds the uses among many later uploads', async () => {
  const { deps, files, later, records, uses } = cleaner();
  files.putBlob('.staged/a/x', 'x');
  later(20 * hour);
  await records.insert(ended(uses('.staged/a/x'), 'succeeded', deps.clock()));
  for (let n = 0; n < 600; n++) await records.insert(ended(uses(`.staged/other/${n}`), 'succeeded', deps.clock()));
  later(5 * hour);
  expect(await cleanStaged(deps)).toBe(0);
});

it('keeps what an open session names', async () => {
  const { deps, files, later } = cleaner();
  const id = '0190a0a0-0000-4000-8000-000000000001';
  files.putBlock(`.staged/${id}/content`, 'x');
  later(2 * day);
  const session = { id, mailbox: 'm', state: 'uploading', expiresAt: deps.clock() + 1 } as NylasSession;
  await deps.nylas.sessions.insert(id, session, deps.clock());
  expect(await cleanStaged(deps)).toBe(0);
  later(2);
  expect(await cleanStaged(deps)).toBe(1);
});

it('does not remove what was put there again meanwhile', async () => {
  const { deps, files, left, later } = cleaner();
  files.putBlob('.staged/a/x', 'x');
  later(2 * day);
  deps.staged.list = async () => {
    const found = files.listed();
    files.putBlob('.staged/a/x', 'new');
    return found;
  };
  expect(await cleanStaged(deps)).toBe(0);
  expect(left()).toEqual(['.staged/a/x']);
});

it('forgets sessions after the retention, and calls after a day', async () => {
  const { deps, later } = cleaner();
  const write = async (key: string): Promise<void> => {
    await deps.nylas.sessions.insert(key, {} as NylasSession, deps.clock());
    await deps.nylas.calls.insert(key, { id: key, fingerprint: '', at: 0 }, deps.clock());
  };
  await write('old');
  later(29 * day);
  await write('young');
  later(2 * day - 1);
  await forgetOldCalls(deps);
  expect([await deps.nylas.sessions.get('old'), await deps.nylas.calls.get('young')]).toEqual([undefined, undefined]);
  expect(await deps.nylas.sessions.get('young')).toBeDefined();
});
