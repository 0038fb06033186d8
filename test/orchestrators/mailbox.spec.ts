import { SlotStep } from '../../src/core/mailbox/slot';
import { leaving, MailboxCall } from '../../src/orchestrators/contract';
import { mailbox, MailboxAnswer } from '../../src/orchestrators/mailbox';
import { EntityStore } from './support/entityStore';

const target = '@mailbox@key';
const call = (step: SlotStep, now: number): MailboxCall => ({
  id: 'a',
  isSmall: true,
  step,
  limits: { concurrency: 4, bytesPerWindow: 1000 },
  now,
});
const ask = { no: 1, wantBytes: 0, leastBytes: 0, unusedBytes: 0 };
const acquire: SlotStep = { no: 1, notBefore: 0, do: 'acquire', ask, locks: false };
const release: SlotStep = { no: 2, notBefore: 0, do: 'release', release: { unusedBytes: 0 }, locks: false };

async function told(store: EntityStore, step: SlotStep, now: number, changes = {}): Promise<MailboxAnswer> {
  const asked = JSON.stringify({ ...call(step, now), ...changes });
  const answer = JSON.parse(await store.call(target, step.do, asked)) as { result: string };
  return JSON.parse(answer.result) as MailboxAnswer;
}

it('is gone when the last permit came back and no byte counts any more', async () => {
  const store = new EntityStore(mailbox);
  expect((await told(store, acquire, 1000)).said.kind).toBe('granted');
  expect(store.states.has(target)).toBe(true);
  expect((await told(store, release, 2000)).said.kind).toBe('released');
  expect([...store.states]).toEqual([]);
});

it('wakes whoever waits for the lock of one that left unheard when that one releases, and not before', async () => {
  const store = new EntityStore(mailbox);
  const locking = (id: string) => ({ id, lock: { id, item: 'i', until: 1e6 } });
  expect((await told(store, acquire, 1000, locking('a'))).said.kind).toBe('granted');
  expect((await told(store, acquire, 1001, locking('b'))).said.kind).toBe('queued');
  await store.call(target, leaving, JSON.stringify(call(release, 1002)));
  expect((await told(store, release, 1003)).wake).toEqual(['b']);
  expect((await told(store, { ...acquire, no: 2 }, 1004, locking('b'))).said.kind).toBe('granted');
});
