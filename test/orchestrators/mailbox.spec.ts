import { SlotStep } from '../../src/core/mailbox/slot';
import type { MailboxCall } from '../../src/orchestrators/contract';
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

async function told(store: EntityStore, step: SlotStep, now: number): Promise<MailboxAnswer> {
  const answer = JSON.parse(await store.call(target, step.do, JSON.stringify(call(step, now)))) as { result: string };
  return JSON.parse(answer.result) as MailboxAnswer;
}

it('is gone when the last permit came back and no byte counts any more', async () => {
  const store = new EntityStore(mailbox);
  expect((await told(store, acquire, 1000)).said.kind).toBe('granted');
  expect(store.states.has(target)).toBe(true);
  expect((await told(store, release, 2000)).said.kind).toBe('released');
  expect([...store.states]).toEqual([]);
});
