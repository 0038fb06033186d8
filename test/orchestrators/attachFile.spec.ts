import './support/quietFunctions';
import type { OrchestrationHandler } from 'durable-functions';
import type { UploadRecord } from '../../src/core/upload/record';
import { Fault, FaultLog, Happening, Operation, WireFault } from '../simulation/faults';
import { oneRange, smallPost, threeRanges } from '../simulation/scenarios';
import { simulate, Verdict } from '../simulation/simulate';
import type { Scenario } from '../simulation/scenario';
import { historyEvent } from './support/history';
import { ReplayedOrchestration } from './support/replayed';

const seconds = 1000;
const minutes = 60 * seconds;
const wire = (call: Operation, nth: number, what: WireFault): Fault => ({ on: 'wire', nth, call, do: what });
const answer = (status: number, code = '', retryAfter?: string): WireFault => ({
  kind: 'answer',
  status,
  code,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
const at = (nth: number, what: Happening): Fault => ({
  on: 'moment',
  nth,
  do: what,
});
/** The same answer to every call of one kind. */
const always = (call: Operation, what: WireFault): FaultLog =>
  new FaultLog((on, _nth, called) => (on === 'wire' && called === call ? what : undefined));

/** The end of a run in which everything held, and whose faults were all met. */
async function endOf(
  scenario: Scenario,
  faults: readonly Fault[] | FaultLog,
): Promise<Verdict & { end: UploadRecord['end'] }> {
  const verdict = await simulate(scenario, faults);
  expect(verdict.violations).toEqual([]);
  if (!(faults instanceof FaultLog)) expect(verdict.faults).toHaveLength(faults.length);
  return { ...verdict, end: verdict.records[0]?.end };
}

describe('attachFile', () => {
  it('posts a small file, and reads it back', async () => {
    const { log, end } = await endOf(smallPost, []);
    expect(log.calls).toEqual(['list', 'post', 'metadata', 'value']);
    expect(end).toMatchObject({ status: 'succeeded', attachment: { verified: true, method: 'post' } });
  });

  it('sends range after range, and reads them back', async () => {
    const { log, end } = await endOf(threeRanges, []);
    expect(log.calls).toEqual(['list', 'create', 'put', 'put', 'put', 'metadata', 'value']);
    expect(end).toMatchObject({ status: 'succeeded', attachment: { verified: true, method: 'session' }, bytesSent: 9 });
    expect(end?.timeline.map(({ event }) => event)).toEqual(['started', 'sessionOpened', 'attached', 'verified']);
  });

  it('waits as long as Retry-After says, though timers fire early', async () => {
    const { tookMs, end } = await endOf(threeRanges, [wire('put', 3, answer(429, 'ApplicationThrottled', '30'))]);
    expect(end?.status).toBe('succeeded');
    expect(tookMs).toBeGreaterThan(30 * seconds);
    expect(tookMs).toBeLessThan(33 * seconds);
  });

  it('finds what a lost reply had attached, within seconds, and sends nothing twice', async () => {
    const { log, tookMs, end } = await endOf(threeRanges, [wire('put', 4, { kind: 'resetAfter' })]);
    expect(log.calls).toEqual(['list', 'create', 'put', 'put', 'put', 'list', 'value', 'cancel']);
    expect(end?.timeline.map(({ event }) => event)).toContain('reconciled');
    expect(tookMs).toBeLessThan(10 * seconds);
  });

  it('posts again only when SETTLE has passed without a sign of the first', async () => {
    const { log, tookMs } = await endOf(smallPost, [wire('post', 1, { kind: 'resetBefore' })]);
    expect(log.calls.filter((call) => call === 'post')).toHaveLength(2);
    expect(tookMs).toBeGreaterThan(minutes);
  });

  it('removes the surplus copy when the first comes after SETTLE', async () => {
    const { end } = await endOf(smallPost, [wire('post', 1, { kind: 'late', ms: 75 * seconds })]);
    expect(end?.status).toBe('succeeded');
    expect(end?.timeline.map(({ event }) => event)).toContain('surplusRemoved');
  });

  it('repeats a step whose worker died, without RetryOptions', async () => {
    const { log, end } = await endOf(threeRanges, [{ on: 'activity', nth: 3, do: { kind: 'dies', at: 0 } }]);
    expect(end?.status).toBe('succeeded');
    expect(log.counts.activity).toBeGreaterThan((await simulate(threeRanges, [])).log.counts.activity);
  });

  it('goes on after a crash of the host at any moment', async () => {
    const { log } = await simulate(oneRange, []);
    for (let moment = 0; moment < log.counts.moment; moment++) {
      expect((await endOf(oneRange, [at(moment, 'crash')])).end?.status).toBe('succeeded');
    }
  });

  it('reads the first cause when the cleanup fails too, and tells what is left', async () => {
    const log = new FaultLog((on, _nth, call) =>
      on !== 'wire'
        ? undefined
        : call === 'put'
          ? answer(403, 'ErrorAccessDenied')
          : call === 'cancel'
            ? answer(500)
            : undefined,
    );
    const { end } = await endOf(threeRanges, log);
    expect(end).toMatchObject({ status: 'failed', error: { code: 'AccessDenied' } });
    expect(end?.error?.leftBehind).toEqual([expect.stringContaining('an upload session')]);
  });

  it.each<[Operation, WireFault, string]>([
    ['put', answer(413), 'MessageSizeExceeded'],
    ['put', answer(416, 'invalidRange'), 'SessionLost'],
    ['put', { kind: 'sameOffset' }, 'SessionLost'],
    ['put', { kind: 'corrupt' }, 'VerificationFailed'],
    ['create', answer(404, 'ErrorItemNotFound'), 'ItemNotFound'],
    ['create', answer(403, 'ErrorAccessDenied'), 'AccessDenied'],
    ['create', answer(503), 'DeadlineExceeded'],
    ['put', answer(401, 'InvalidAudienceForResource'), 'DeadlineExceeded'],
    ['list', answer(429, 'ApplicationThrottled', '30'), 'DeadlineExceeded'],
  ])('ends when every %s is answered %j: %s', async (call, what, code) => {
    const { end, tookMs } = await endOf(threeRanges, always(call, what));
    expect(end?.error?.code).toBe(code);
    expect(tookMs).toBeLessThan(threeRanges.deadlineMs + 10 * minutes);
  });

  it('succeeds with a warning where the attachment can never be read back', async () => {
    const { end } = await endOf(smallPost, always('value', answer(503)));
    expect(end).toMatchObject({ status: 'succeeded', attachment: { verified: false } });
    expect(end?.warnings.map(({ code }) => code)).toContain('NotVerified');
  });

  it.each([smallPost, threeRanges])(
    'does not succeed where the service says 201 and attaches nothing: $name',
    async (scenario) => {
      const { end, tookMs } = await endOf(
        scenario,
        always(scenario.way === 'post' ? 'post' : 'put', { kind: 'hollow' }),
      );
      expect(end?.error).toMatchObject({ code: 'OutcomeUnknown', detail: expect.stringContaining('does not list it') });
      expect(tookMs).toBeLessThan(6 * minutes);
    },
  );

  it('is tried until its deadline of eight hours within a history that can be replayed', async () => {
    const { end, log } = await endOf({ ...oneRange, deadlineMs: 8 * 60 * minutes }, always('put', answer(503)));
    expect(end?.error?.code).toBe('DeadlineExceeded');
    expect(log.counts.activity).toBeLessThan(300);
  });
});

describe('a cancel', () => {
  it('at any moment ends as cancelled with nothing left, or comes too late', async () => {
    for (const scenario of [smallPost, threeRanges]) {
      const { log } = await simulate(scenario, []);
      const ends = new Set<string>();
      for (let moment = 0; moment < log.counts.moment; moment++) {
        ends.add((await endOf(scenario, [at(moment, 'cancel')])).end?.status ?? 'none');
      }
      expect([...ends].sort()).toEqual(['cancelled', 'succeeded']);
    }
  });

  it('ends a wait at once', async () => {
    const { tookMs, end } = await endOf(threeRanges, [
      wire('put', 3, answer(429, 'ApplicationThrottled', '900')),
      at(60, 'cancel'),
    ]);
    expect(end?.status).toBe('cancelled');
    expect(tookMs).toBeLessThan(11 * minutes); // of fifteen: it comes in the tenth
  });

  it('whose session the service will not close is a failure that tells of it, after minutes of trying', async () => {
    const { log } = await simulate(threeRanges, []);
    const half = Math.floor(log.counts.moment / 2);
    const refusing = new FaultLog((on, nth, call): WireFault | Happening | undefined =>
      on === 'moment' && nth === half ? 'cancel' : call === 'cancel' && on === 'wire' ? answer(401) : undefined,
    );
    const { end, tookMs } = await endOf(threeRanges, refusing);
    expect(end).toMatchObject({ status: 'failed', error: { code: 'ServiceUnavailable' } });
    expect(end?.error?.leftBehind).toEqual([expect.stringContaining('an upload session, open until')]);
    expect(tookMs).toBeGreaterThan(4 * minutes);
  });

  it('twice is one', async () => {
    expect((await endOf(threeRanges, [at(30, 'cancel'), at(34, 'cancel')])).end?.status).toBe('cancelled');
  });
});

describe('more than one execution', () => {
  it('a second start of a finished instance changes nothing', async () => {
    const { log } = await simulate(oneRange, []);
    const { end } = await endOf(oneRange, [at(log.counts.moment - 1, 'startAgain')]);
    expect(end?.status).toBe('succeeded');
  });

  it.each(['lose', 'loseBare', 'vanish', 'terminate', 'deploySteps', 'deployOrder', 'deploySchema'] as const)(
    'a lost instance goes on at whatever moment, and only its timeline tells: %s',
    async (loss) => {
      const { log } = await simulate(oneRange, []);
      let resumed = 0;
      for (let moment = 0; moment < log.counts.moment - 1; moment++) {
        const { end } = await endOf(oneRange, [at(moment, loss)]);
        expect(end).toMatchObject({ status: 'succeeded', attachment: { verified: true }, warnings: [] });
        if (end?.timeline.some(({ event }) => event === 'resumed')) resumed++;
      }
      // other steps in the same schema are let through until they differ from the history
      expect(resumed).toBeGreaterThan(loss === 'deploySteps' ? 5 : 30);
    },
  );

  it('a stuck instance is ended after half an hour, and its upload goes on', async () => {
    const { end, tookMs } = await endOf({ ...oneRange, deadlineMs: 120 * minutes }, [at(20, 'stick')]);
    expect(end).toMatchObject({ status: 'succeeded', attachment: { verified: true } });
    expect(tookMs).toBeGreaterThan(30 * minutes);
    expect(tookMs).toBeLessThan(35 * minutes);
  });

  it('of two uploads of one name the second waits for the first and takes nothing of it', async () => {
    const two = { ...smallPost, uploads: 2 };
    const { records, log } = await endOf(two, []);
    expect(records.map(({ end }) => end?.status)).toEqual(['succeeded', 'succeeded']);
    expect(log.calls).toEqual(['list', 'list', 'post', 'metadata', 'value', 'post', 'metadata', 'value']);
  });

  it('of two uploads to one item the second begins to commit as soon as the first has ended though nobody knows its id', async () => {
    const { records } = await endOf(
      { ...oneRange, uploads: 2, differ: 'names' },
      always('put', { kind: 'young', ms: 60 * minutes }),
    );
    const [first, second] = records.map(({ end }) => end);
    expect([first?.error?.code, second?.error?.code]).toEqual(['OutcomeUnknown', 'OutcomeUnknown']);
    const attachedAt = second?.timeline.find(({ event }) => event === 'attached')?.at ?? Infinity;
    expect(attachedAt - (first?.endedAt ?? 0)).toBeLessThan(2 * seconds);
  });

  it('a key that is gone is a lost session', async () => {
    expect((await endOf(threeRanges, [at(40, 'rotateKey')])).end?.status).toBe('succeeded');
  });
});

describe('the stepper', () => {
  it('fails an orchestrator that is not deterministic', async () => {
    let calls = 0;
    const handler: OrchestrationHandler = function* (context) {
      yield context.df.callActivity('first', ++calls);
      yield context.df.callActivity('second', null);
    };
    const orchestration = new ReplayedOrchestration(handler, 'i', null);
    await orchestration.step(1000, []);
    const done = historyEvent('TaskCompleted', 2000, { TaskScheduledId: 0, Result: 'null' });
    await expect(orchestration.step(2000, [done])).rejects.toThrow('Not deterministic');
  });
});
