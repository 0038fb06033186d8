import type { UploadRecord } from '../../src/core/upload/record';
import { watchUploads } from '../../src/app/uploads/watch';
import { mostResumes } from '../../src/app/jobs/watch';
import { unlistedKey } from '../../src/app/uploads/ownership';
import { itemOf } from '../../src/core/upload/request';
import { mailbox } from '../../src/orchestrators/mailbox';
import { EntityStore } from '../orchestrators/support/entityStore';
import { activeRecord, claimedRun, ended, idSource, startOfTime } from './support/sampleRecord';
import { world, World } from './support/world';

let w: World;
let id: string;
beforeEach(() => {
  w = world();
  id = idSource()();
});
const watch = () => {
  const { clock, instances } = w.deps;
  const failed = (cause: unknown): never => {
    throw cause;
  };
  return watchUploads(w.deps, {
    instances,
    clock,
    until: Infinity,
    failed,
    found: () => undefined,
  });
};

it('looks at five hundred of thousands at a time: the newest, and the others in turn', async () => {
  const newId = idSource();
  const ids = Array.from({ length: 1200 }, newId);
  for (const one of ids) await w.records.insert(activeRecord(one));
  w.later(30_000);
  const newestIds = [...ids].sort().slice(-100);
  await watch();
  expect(w.started).toHaveLength(500);
  expect(w.started.join()).toContain(newestIds[0]);
  expect(w.started.join()).toContain(newestIds[99]);
  for (let run = 0; run < 3; run++) {
    w.later(30_000);
    await watch();
  }
  expect(new Set(w.started).size).toBe(1200);
});

describe('a cancel whose event was lost', () => {
  const marked = (changes: Partial<UploadRecord> = {}): Promise<boolean> => {
    const at = w.deps.clock();
    return w.records.insert({ ...activeRecord(id), run: claimedRun, cancelRequestedAt: at, updatedAt: at, ...changes });
  };

  it('is raised again, until the upload shows that it heard of it', async () => {
    await marked();
    w.runs(id, {});
    w.later(44_999);
    await watch();
    expect(w.raised).toEqual([]);
    w.later(1);
    await watch();
    await watch();
    expect(w.raised).toEqual([`cancelRequested ${id}`, `cancelRequested ${id}`]);
    w.runs(id, { status: 'cancelling' });
    await watch();
    expect(w.raised).toHaveLength(2);
  });

  it('is raised also while the upload writes its record all the time', async () => {
    await marked({ cancelRequestedAt: w.deps.clock() - 60_000 });
    w.runs(id, { status: 'waiting' });
    await watch();
    expect(w.raised).toEqual([`cancelRequested ${id}`]);
  });

  it('is not raised to nobody: what is young and has no instance is left alone', async () => {
    await marked({ cancelRequestedAt: w.deps.clock() - 60_000 });
    await watch();
    expect([w.raised, w.started]).toEqual([[], []]);
  });

  it('is raised for nothing that nobody cancelled, or that waits for its delivery', async () => {
    await w.records.insert({ ...activeRecord(id), run: claimedRun });
    w.runs(id, {});
    const other = idSource()().replace(/.$/, 'x');
    await w.records.insert({ ...activeRecord(other, { delivery: 'd' }), cancelRequestedAt: 1 });
    w.runs(other, {});
    w.later(3_600_000);
    await watch();
    expect([w.raised, w.started]).toEqual([[], []]);
  });
});

describe('an orchestration that does not go on', () => {
  const statusOf = () => w.instances.get(id)?.runtimeStatus;
  const minutes = (n: number): number => n * 60_000;
  beforeEach(async () => {
    await w.records.insert({ ...activeRecord(id), run: claimedRun, updatedAt: w.deps.clock() });
  });

  it('is ended when its step is overdue for half an hour, and its upload resumed by the next watch', async () => {
    w.runs(id, { dueAt: w.deps.clock() + minutes(120) });
    w.later(minutes(150));
    await watch();
    expect(statusOf()).toBe('Running');
    w.later(1);
    await watch();
    expect([statusOf(), w.started]).toEqual(['Terminated', []]);
    await watch();
    expect(w.started).toEqual([id]);
  });

  it('is left alone for half an hour after its start where it has said nothing, however old its record is', async () => {
    w.later(minutes(300));
    w.instances.set(id, { runtimeStatus: 'Pending', customStatus: null, createdAt: w.deps.clock() });
    w.later(minutes(30));
    await watch();
    expect(statusOf()).toBe('Pending');
    w.later(1);
    await watch();
    expect(statusOf()).toBe('Terminated');
  });
});

describe('an upload that was accepted and never started', () => {
  it('is started fifteen seconds later, and once: it waits less than a minute though the watch comes every half', async () => {
    await w.records.insert({ ...activeRecord(id), updatedAt: w.deps.clock() });
    w.later(14_999);
    await watch();
    expect(w.started).toEqual([]);
    w.later(1);
    await watch();
    await watch();
    expect(w.started).toEqual([id]);
  });
});

describe('an upload that was resumed too often', () => {
  const minutes = (n: number): number => n * 60_000;
  const keys = { mailbox: 'megan', item: 'AAMkAD=' };
  const mailboxes = new EntityStore(mailbox);
  const call = async (of: string, step: object): Promise<unknown> => {
    const lock = { id: of, item: keys.item, until: startOfTime + minutes(25 * 60) };
    const limits = { concurrency: 4, bytesPerWindow: 150_000_000 };
    const input = { id: of, isSmall: true, step, lock, limits, now: w.deps.clock() };
    const { result } = JSON.parse(await mailboxes.call('@mailbox@megan', 'acquire', JSON.stringify(input))) as Answer;
    return (JSON.parse(result) as { said: { kind: string } }).said.kind;
  };
  type Answer = { result: string };
  const ask = {
    do: 'acquire',
    no: 1,
    notBefore: 0,
    locks: true,
    ask: { no: 1, wantBytes: 9, leastBytes: 9, unusedBytes: 0 },
  };

  it('ends, and gives back what it holds of its mailbox: the next upload to its item need not wait', async () => {
    const commits = { commits: 1, sessions: [] };
    const record = { ...activeRecord(id), run: claimedRun, resumes: mostResumes, keys, facts: commits };
    await w.records.insert(record);
    expect([await call(id, ask), await call('next', ask)]).toEqual(['granted', 'queued']);
    w.later(minutes(1));
    await watch();
    expect((await w.records.get(id))!.value.end).toMatchObject({ status: 'failed', error: { code: 'OutcomeUnknown' } });
    for (const [target, operation, input] of w.signalled)
      await mailboxes.call(target, operation, JSON.stringify(input));
    expect(await call('next', ask)).toBe('granted');
    // its attachment may be on the item: the next upload of the file must not take it for its own
    const key = unlistedKey(itemOf(record.request), record.request.sizeBytes!, 0);
    expect((await w.records.findClaim('unlisted', key))?.value).toMatchObject({ uploadId: id });
  });
});

describe('a session that an ended upload has left open', () => {
  let answers: number[];
  let closed: string[];
  const sealed = (url: string, expiresAt: number) => ({ sealedUrl: w.deps.secrets.seal(url, id), expiresAt });
  const left = async (): Promise<number> => (await w.records.get(id))!.value.facts.sessions.length;
  beforeEach(async () => {
    [answers, closed] = [[], []];
    const cancel = async (url: string) => (closed.push(url), { kind: 'reply', status: answers.shift() ?? 204 });
    Object.assign(w.deps, { sessions: () => ({ cancel }) });
    const sessions = [sealed('https://a', w.deps.clock() + 3_600_000)];
    await w.records.insert({ ...ended(activeRecord(id), 'failed', 1), facts: { commits: 0, sessions } });
  });

  it('is closed as soon as the service lets it be, and then goes off the record', async () => {
    answers = [401, 403, 503, 204];
    for (const stays of [1, 1, 1, 0]) {
      await watch();
      expect(await left()).toBe(stays);
    }
    await watch();
    expect(closed).toEqual(Array(4).fill('https://a'));
  });

  it('is let be when it has expired', async () => {
    w.later(3_600_000);
    await watch();
    expect([closed, await left()]).toEqual([[], 0]);
  });
});
