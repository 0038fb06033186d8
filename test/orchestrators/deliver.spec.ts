import { Fault, MailCall } from './delivery/deliveryFaults';
import { Scenario, startedAt } from './delivery/deliveryWorld';
import type { MailFault } from './delivery/mailModel';
import { simulateDelivery, Verdict } from './delivery/simulateDelivery';

const newDraft: Scenario = {
  target: 'newDraft',
  send: true,
  onFailure: 'remove',
  fates: ['attached', 'attached', 'attached'],
  movesAfterMs: 5_000,
};
const onItem: Scenario = { ...newDraft, target: 'item' };
const thirdFails: Scenario['fates'] = ['attached', 'attached', 'refused'];

const lostAfter: MailFault = { kind: 'resetAfter' };
const lostBefore: MailFault = { kind: 'resetBefore' };

/** Runs it with this fault at the first call of that name. */
async function withFault(scenario: Scenario, call: MailCall, what: MailFault): Promise<Verdict> {
  const { script } = await simulateDelivery(scenario, []);
  const nth = script.calls.indexOf(call);
  return run(scenario, [{ on: 'call', nth, call, do: what }]);
}

async function run(scenario: Scenario, faults: readonly Fault[]): Promise<Verdict> {
  const verdict = await simulateDelivery(scenario, faults);
  expect(verdict.wrong).toEqual([]);
  return verdict;
}
const endOf = ({ record }: Verdict) => record!.end!;
const secondsOf = (verdict: Verdict): number => Math.round((endOf(verdict).endedAt - startedAt) / 1000);

describe('a delivery', () => {
  it('makes a draft, attaches one file after another, then sends once', async () => {
    const verdict = await run(newDraft, []);
    expect(endOf(verdict)).toMatchObject({
      status: 'succeeded',
      sent: true,
      item: `users/megan@contoso.com/messages/M1=`,
    });
    expect(verdict.script.calls).toEqual(['create', 'send']);
    expect(verdict.world.mail.attachments.map(({ by }) => by)).toEqual(['upload-1', 'upload-2', 'upload-3']);
    expect(verdict.world.uploadRecords.map(({ request }) => request.item)).toEqual(
      Array(3).fill('users/megan@contoso.com/messages/M1='),
    );
  });

  it('marks a draft that is not ours before it sends it', async () => {
    expect((await run(onItem, [])).script.calls).toEqual(['patch', 'send']);
  });

  it('leaves a draft alone that it is not asked to send', async () => {
    const verdict = await run({ ...onItem, send: false }, []);
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: false });
    expect(verdict.script.calls).toEqual([]);
  });
});

describe('a send whose answer is lost', () => {
  it('is found in Sent Items once the message has left Drafts', async () => {
    const verdict = await withFault({ ...newDraft, movesAfterMs: 30_000 }, 'send', lostAfter);
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.world.mail.sends).toBe(1);
    expect(secondsOf(verdict)).toBeGreaterThan(45);
  });

  it('is found when it was committed only later', async () => {
    const verdict = await withFault(newDraft, 'send', { kind: 'late', ms: 20_000 });
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
  });

  it.each<[string, MailFault, number, number]>([
    ['was not done', lostBefore, 5_000, 0],
    ['was done, and the message stays in Drafts', lostAfter, 300_000, 1],
    ['comes after the settle time', { kind: 'late', ms: 75_000 }, 5_000, 1],
  ])('is unknown, and never repeated, where it %s', async (_what, fault, movesAfterMs, sends) => {
    const verdict = await withFault({ ...onItem, movesAfterMs }, 'send', fault);
    expect(endOf(verdict)).toMatchObject({ status: 'failed', sent: null, error: { code: 'OutcomeUnknown' } });
    expect(verdict.world.mail.sends).toBe(sends);
    expect(verdict.script.calls.filter((call) => call === 'send')).toHaveLength(1);
    expect(verdict.world.mail.attachments).toHaveLength(3);
  });
});

describe('a send that is surely refused', () => {
  it('is waited out where the mailbox is throttled, then done once', async () => {
    const verdict = await withFault(newDraft, 'send', { kind: 'answer', status: 429, retryAfter: '30' });
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.script.calls.filter((call) => call === 'send')).toHaveLength(2);
    expect(secondsOf(verdict)).toBeGreaterThan(45);
  });

  it.each([
    [400, 'InvalidRequest'],
    [403, 'AccessDenied'],
    [413, 'MessageSizeExceeded'],
  ])('ends the delivery with %i, not sent, and what it had attached is removed', async (status, code) => {
    const onOurs = await withFault(newDraft, 'send', { kind: 'answer', status });
    expect(endOf(onOurs)).toMatchObject({ status: 'failed', sent: false, item: null, error: { code } });
    expect(onOurs.world.mail.messages).toEqual([]);
    const onTheirs = await withFault(onItem, 'send', { kind: 'answer', status });
    expect(endOf(onTheirs)).toMatchObject({ status: 'failed', sent: false, error: { code } });
    expect([onTheirs.world.mail.messages.length, onTheirs.world.mail.attachments.length]).toEqual([1, 0]);
    const warnings = onTheirs.world.uploadRecords.flatMap(({ end }) => end!.warnings.map((warning) => warning.code));
    expect(warnings).toEqual(['RemovedAgain', 'RemovedAgain', 'RemovedAgain']);
  });

  it('is tried again while a young draft is not seen everywhere', async () => {
    expect(endOf(await withFault(newDraft, 'send', { kind: 'answer', status: 404 }))).toMatchObject({ sent: true });
  });
});

describe('a draft whose making got no answer', () => {
  it('is found by its mark', async () => {
    const verdict = await withFault(newDraft, 'create', lostAfter);
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.script.calls.slice(0, 2)).toEqual(['create', 'find']);
    expect(verdict.world.mail.messages).toHaveLength(1);
  });

  it('is found when lists show it only later', async () => {
    const faults: Fault[] = [{ on: 'call', nth: 0, call: 'create', do: { kind: 'late', ms: 20_000 } }];
    const verdict = await run(newDraft, faults);
    expect(verdict.script.calls.filter((call) => call === 'create')).toHaveLength(1);
  });

  it('is made again only after the settle time', async () => {
    const verdict = await withFault(newDraft, 'create', lostBefore);
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.script.calls.filter((call) => call === 'create')).toHaveLength(2);
    expect(secondsOf(verdict)).toBeGreaterThan(60);
  });

  it('and that comes when another one is there is deleted at the end', async () => {
    const verdict = await withFault(newDraft, 'create', { kind: 'late', ms: 75_000 });
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.world.mail.messages).toHaveLength(1);
  });
});

describe('a delivery whose third file fails', () => {
  it('sends nothing and deletes its draft', async () => {
    const { world, record } = await run({ ...newDraft, fates: thirdFails }, []);
    expect(record!.end).toMatchObject({ status: 'failed', sent: false, item: null, error: { code: 'AccessDenied' } });
    expect(record!.end!.error!.detail).toContain('upload-3.pdf');
    expect([world.mail.messages.length, world.mail.sends]).toEqual([0, 0]);
  });

  it('takes back what it attached to an item that was there', async () => {
    const { world } = await run({ ...onItem, fates: thirdFails }, []);
    expect([world.mail.messages.length, world.mail.attachments.length, world.mail.sends]).toEqual([1, 0, 0]);
  });

  it('leaves it there if asked to keep it, and sends nothing all the same', async () => {
    const { world, record } = await run({ ...newDraft, fates: thirdFails, onFailure: 'keep' }, []);
    expect(record!.end).toMatchObject({ status: 'failed', sent: false, item: 'users/megan@contoso.com/messages/M1=' });
    expect([world.mail.messages.length, world.mail.attachments.length, world.mail.sends]).toEqual([1, 2, 0]);
  });

  it('does not begin the files after it', async () => {
    const { world } = await run({ ...onItem, fates: ['attached', 'refused', 'attached'] }, []);
    expect(world.uploadRecords.map(({ end }) => end!.status)).toEqual(['succeeded', 'failed', 'cancelled']);
  });

  it('tells what it could not take back, and the first cause', async () => {
    const denied = [...Array(4).keys()].map((nth): Fault => ({
      on: 'call',
      nth,
      call: 'removeAttachment',
      do: { kind: 'answer', status: 403 },
    }));
    const { record } = await run({ ...onItem, fates: thirdFails }, denied);
    expect(record!.end!.error).toMatchObject({ code: 'AccessDenied', leftBehind: ['attachment upload-1.pdf'] });
  });
});

describe('a file that could not be read back', () => {
  const fates: Scenario['fates'] = ['attached', 'unverified', 'attached'];

  it('keeps the message from being sent', async () => {
    const { record, world } = await run({ ...onItem, fates }, []);
    expect(record!.end).toMatchObject({ status: 'failed', sent: false, error: { code: 'VerificationFailed' } });
    expect(world.mail.sends).toBe(0);
  });

  it('is good enough where nothing is to be sent', async () => {
    expect((await run({ ...onItem, send: false, fates }, [])).record!.end).toMatchObject({ status: 'succeeded' });
  });
});

describe('what the platform does', () => {
  const moments = async (scenario: Scenario): Promise<number[]> => [
    ...Array((await simulateDelivery(scenario, [])).script.moments).keys(),
  ];
  const small: Scenario = { ...newDraft, fates: ['attached', 'attached'] };

  it.each([small, { ...onItem, fates: small.fates }])(
    'a cancel at every moment ends it cancelled, or too late',
    async (s) => {
      const ends = new Set<string>();
      for (const nth of await moments(s)) {
        const { record } = await run(s, [{ on: 'moment', nth, do: 'cancel' }]);
        ends.add(`${record!.end!.status} ${String(record!.end!.sent)}`);
      }
      expect([...ends].sort()).toEqual(['cancelled false', 'succeeded true']);
    },
  );

  it('an orchestration that is lost at any moment is recovered, without a send of its own', async () => {
    for (const nth of (await moments(small)).filter((at) => at % 3 === 0)) {
      const { record, script } = await run(small, [{ on: 'moment', nth, do: nth % 2 === 0 ? 'lose' : 'vanish' }]);
      expect(record!.end!.sent === true || record!.end!.error?.code === 'Internal').toBe(true);
      expect(script.calls.filter((call) => call === 'send').length).toBeLessThanOrEqual(1);
    }
  });

  it('an upload whose orchestration was purged ends the delivery all the same', async () => {
    const codes = new Set<string | undefined>();
    for (const nth of (await moments(small)).filter((at) => at % 4 === 0)) {
      const { record } = await run(small, [{ on: 'moment', nth, do: 'vanishUpload' }]);
      codes.add(record!.end!.error?.code);
    }
    expect([...codes]).toEqual(expect.arrayContaining([undefined, 'Internal']));
  });
});
