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

async function run(
  scenario: Scenario,
  faults: readonly Fault[],
  change?: Parameters<typeof simulateDelivery>[2],
): Promise<Verdict> {
  const verdict = await simulateDelivery(scenario, faults, change);
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
    expect(verdict.script.calls).toEqual(['create', 'list', 'read', 'send']);
    expect(verdict.world.mail.attachments.map(({ by }) => by)).toEqual(['upload-1', 'upload-2', 'upload-3']);
    expect(verdict.world.uploadRecords.map(({ request }) => request.item)).toEqual(
      Array(3).fill('users/megan@contoso.com/messages/M1='),
    );
  });

  it('reads a draft that is not ours before the first byte, and marks it before it sends it', async () => {
    expect((await run(onItem, [])).script.calls).toEqual(['read', 'list', 'patch', 'list', 'read', 'send']);
  });

  it('leaves a draft alone that it is not asked to send', async () => {
    const verdict = await run({ ...onItem, send: false }, []);
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: false });
    expect(verdict.script.calls).toEqual(['read', 'list']);
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

describe('a send that is answered with an error', () => {
  const errors: [number, string][] = [
    [429, 'ApplicationThrottled'],
    [503, 'ErrorServerBusy'],
    [404, 'ErrorItemNotFound'],
    [403, 'ErrorAccessDenied'],
    [400, 'ErrorInvalidRequest'],
  ];
  it.each(errors)('%i %s, and was sent all the same, is sent once', async (status, code) => {
    const verdict = await withFault(newDraft, 'send', { kind: 'answer', status, code, isDone: true });
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.script.calls.filter((call) => call === 'send')).toHaveLength(1);
  });

  it.each(errors.slice(0, 3))('%i %s, and was not sent, is sent again after the settle time', async (status, code) => {
    const verdict = await withFault(newDraft, 'send', { kind: 'answer', status, code });
    expect(endOf(verdict)).toMatchObject({ status: 'succeeded', sent: true });
    expect(verdict.script.calls.filter((call) => call === 'send')).toHaveLength(2);
    expect(secondsOf(verdict)).toBeGreaterThan(75);
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

  it('above the limit of the day keeps the draft with its files, whatever onFailure says', async () => {
    const limit: MailFault = { kind: 'answer', status: 429, code: 'ErrorExceededMessageLimit' };
    const { world, record } = await withFault(newDraft, 'send', limit);
    expect(record!.end).toMatchObject({ status: 'failed', sent: false, error: { code: 'SendLimitExceeded' } });
    expect([world.mail.messages.length, world.mail.attachments.length]).toEqual([1, 3]);
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
    const denied = [...Array(24).keys()].map((nth): Fault => ({
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

  it('is sent on what the service acknowledged and lists, with a warning', async () => {
    const { record, world } = await run({ ...onItem, fates }, []);
    expect(record!.end).toMatchObject({ status: 'succeeded', sent: true });
    expect(record!.end!.warnings!.map(({ code }) => code)).toContain('NotVerified');
    expect(world.mail.sends).toBe(1);
  });

  it('keeps the message from being sent where its bytes are required', async () => {
    const { record, world } = await run({ ...onItem, fates, verify: 'required' }, []);
    expect(record!.end).toMatchObject({ status: 'failed', sent: false, error: { code: 'VerificationFailed' } });
    expect(world.mail.sends).toBe(0);
  });
});

describe('a file that somebody removes from the message', () => {
  it('keeps it from being sent', async () => {
    const { record, world } = await run({ ...newDraft, losesFile: true }, []);
    expect(record!.end).toMatchObject({ status: 'failed', sent: false, error: { code: 'VerificationFailed' } });
    expect(record!.end!.error!.detail).toContain('upload-1.pdf');
    expect(world.mail.sends).toBe(0);
  });
});

describe('a file that takes hours', () => {
  const slow: Scenario = { ...newDraft, fates: ['attached'], uploadMs: 40 * 60_000 };

  it('costs a look every five minutes, in histories that stay short', async () => {
    const { record, world } = await run(slow, []);
    expect(record!.end).toMatchObject({ sent: true });
    expect(world.longestHistory).toBeLessThan(100);
  });

  it('is noticed when it ends, and also where the nudge is lost', async () => {
    expect(secondsOf(await run(slow, []))).toBeLessThan(41 * 60);
    const lost = await run(slow, [], (world) => (world.nudges = false));
    expect(endOf(lost)).toMatchObject({ sent: true });
    expect(secondsOf(lost)).toBeLessThan(46 * 60);
  });
});

describe('a message that somebody sends while the delivery is at work', () => {
  const meanwhile = async (scenario: Scenario, change?: (world: Verdict['world']) => void): Promise<Verdict> =>
    simulateDelivery({ ...scenario, isSentMeanwhile: true }, [], change);
  const kept = (verdict: Verdict) => [verdict.world.mail.attachments.length, verdict.world.mail.sends];
  const left = ['message users/megan@contoso.com/messages/M1=, which somebody has sent meanwhile'];

  it.each<[string, Scenario]>([
    ['a draft of somebody else', { ...onItem, fates: thirdFails }],
    ['one that is not to be sent', { ...onItem, fates: thirdFails, send: false }],
    ['our own', { ...newDraft, fates: thirdFails }],
  ])('keeps the files that went with it (%s), and the delivery says so', async (_what, scenario) => {
    const verdict = await meanwhile(scenario);
    expect(endOf(verdict)).toMatchObject({ status: 'failed', sent: false, error: { leftBehind: left } });
    expect(kept(verdict)).toEqual([2, 0]);
    const warnings = verdict.world.uploadRecords.flatMap(({ end }) => end!.warnings.map(({ code }) => code));
    expect(warnings).toEqual([]);
  });

  it.each([onItem, newDraft])('is not taken for one that the delivery sent', async (scenario) => {
    const verdict = await meanwhile(scenario);
    expect(endOf(verdict)).toMatchObject({
      status: 'failed',
      sent: false,
      error: { code: 'NotADraft', leftBehind: left },
    });
    expect(verdict.script.calls).not.toContain('send');
    expect(kept(verdict)).toEqual([3, 0]);
  });

  it('was none before: a file is taken off it again', async () => {
    const verdict = await simulateDelivery({ ...onItem, fates: thirdFails, send: false }, [], ({ mail }) =>
      mail.sendByHand('M1='),
    );
    expect(endOf(verdict)).toMatchObject({ status: 'failed', error: { code: 'AccessDenied' } });
    expect(endOf(verdict).error!.leftBehind).toBeUndefined();
    expect(kept(verdict)).toEqual([0, 0]);
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

  it.each(['lose', 'vanish'] as const)('an orchestration that is lost (%s) at any moment goes on', async (what) => {
    for (const nth of (await moments(small)).filter((at) => at % 2 === 0)) {
      const { record, script } = await run(small, [{ on: 'moment', nth, do: what }]);
      expect(record!.end).toMatchObject({ status: 'succeeded', sent: true });
      expect(script.calls.filter((call) => call === 'send')).toHaveLength(1);
    }
  });

  it('an upload whose orchestration is lost goes on, and the delivery with it', async () => {
    for (const nth of (await moments(small)).filter((at) => at % 3 === 0)) {
      const { record } = await run(small, [{ on: 'moment', nth, do: 'vanishUpload' }]);
      expect(record!.end).toMatchObject({ status: 'succeeded', sent: true });
    }
  });
});
