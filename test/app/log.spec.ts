import { logTo, logWaiting, mailboxHash } from '../../src/app/log';
import { watchUploads } from '../../src/app/uploads/watch';
import type { LogLine } from '../../src/core/job/log';
import { activeRecord, sampleRequest } from '../functions/support/sampleRecord';
import { World, world } from '../functions/support/world';

let w: World;
let lines: LogLine[];
const log = (line: LogLine): void => void lines.push(line);
beforeEach(() => {
  w = world();
  lines = [];
});

describe('a wait', () => {
  it('is logged once a reason, also by two at once', async () => {
    const record = activeRecord(w.deps.newId());
    await w.records.insert(record);
    const tell = (reason: 'retry' | 'throttled') => logWaiting(record.request, reason, w.records, log);
    await Promise.all([tell('retry'), tell('retry')]);
    await tell('throttled');
    await tell('retry');
    expect(lines.map(({ event, reason }) => [event, reason])).toEqual([
      ['waiting', 'retry'],
      ['waiting', 'throttled'],
    ]);
    expect((await w.records.get(record.id))?.value.waitedFor).toEqual(['retry', 'throttled']);
  });

  it('for the mailbox is told by the watch, because no activity runs meanwhile', async () => {
    const record = activeRecord(w.deps.newId());
    await w.records.insert({ ...record, run: { epoch: 1, execution: 'x', fence: 0, by: '' } });
    w.runs(record.id, { status: 'waiting', waitingFor: 'mailbox', dueAt: w.deps.clock() + 60_000 });
    w.later(60_000);
    const tools = {
      instances: w.deps.instances,
      clock: () => w.deps.clock(),
      until: Infinity,
      failed: (cause: unknown) => {
        throw cause;
      },
      found: () => undefined,
      log,
    };
    for (let minute = 0; minute < 3; minute++) await watchUploads(w.deps, tools);
    expect(lines).toEqual([
      { event: 'waiting', uploadId: record.id, mailbox: mailboxHash(record.request), reason: 'mailbox' },
    ]);
  });
});

describe('the hash of a mailbox', () => {
  it('is the same for every item of it, however the letters are written, and names nobody', () => {
    const of = (item: string | null) => mailboxHash(sampleRequest('1', { item }));
    const hash = of('users/megan@contoso.com/messages/A=');
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(of('users/Megan@Contoso.com/events/B=')).toBe(hash);
    expect(of('users/adele@contoso.com/messages/A=')).not.toBe(hash);
    expect(of(null)).toBeUndefined();
  });
});

it('a line goes to the log of its invocation as one JSON object', () => {
  const warned: string[] = [];
  logTo({ warn: (text) => void warned.push(text) })({ event: 'accepted', uploadId: '1' });
  expect(warned).toEqual(['{"event":"accepted","uploadId":"1"}']);
});
