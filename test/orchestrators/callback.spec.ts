import './support/quietFunctions';
import type { EntityHandler } from 'durable-functions';
import { attemptCallback } from '../../src/app/callbacks/attempt';
import { startCallback } from '../../src/app/callbacks/startCallback';
import { callback } from '../../src/orchestrators/callback';
import { CallbackWorld, callbackWorld, url } from '../app/callbacks/callbackWorld';
import { MemoryHost } from './support/memoryHost';
import { VirtualClock } from './support/virtualClock';

const hour = 3_600_000;
const noEntity = (() => undefined) as unknown as EntityHandler<never>;

const times = (count: number, answer: CallbackWorld['answers'][number]) => Array.from({ length: count }, () => answer);

/** An upload that ended, and its callback on the virtual host. */
async function told(answers: CallbackWorld['answers'], crashes = 0) {
  const w = callbackWorld();
  const clock = new VirtualClock(w.deps.clock());
  const deps = { ...w.deps, clock: () => clock.now };
  const { id } = await w.accept(url);
  await w.ends(id);
  w.answers.push(...answers);
  const crossed: string[] = [];
  let left = crashes;
  const host = new MemoryHost({
    clock,
    orchestrators: { callback },
    activities: {
      sendCallback: async (input) => {
        if (left-- > 0) throw new Error('the worker died');
        return attemptCallback((input as { id: string }).id, deps, () => undefined);
      },
    },
    entity: noEntity,
    onCrossing: (text) => crossed.push(text),
  });
  const startedAt = clock.now;
  await startCallback(id, host);
  await clock.until(() => host.isQuiet);
  return {
    ...w,
    id,
    crossed,
    hours: (clock.now - startedAt) / hour,
    state: (await w.deps.callbacks.all.get(id))?.value,
  };
}

describe('the orchestration of a callback', () => {
  it('tells it once where it is taken', async () => {
    const { posted, state } = await told([]);
    expect([posted.length, state?.status]).toEqual([1, 'delivered']);
  });

  it('comes again until it is taken, over hours', async () => {
    const { posted, state } = await told(times(4, { kind: 'answer', status: 500 }));
    expect([posted.length, state]).toMatchObject([5, { status: 'delivered', attempts: 5 }]);
  });

  it('gives up after ten attempts within three days', async () => {
    const { posted, state, hours } = await told(times(20, { kind: 'none', why: 'x' }));
    expect([posted.length, state?.status, hours > 60 && hours < 73]).toEqual([10, 'failed', true]);
  });

  it('goes on where the activity dies', async () => {
    const { posted, state } = await told([], 3);
    expect([posted.length, state?.status]).toEqual([1, 'delivered']);
  });

  it('has the address nowhere in its history', async () => {
    const { crossed, id } = await told(times(3, { kind: 'answer', status: 500 }));
    expect(crossed.join('\n')).toContain(id);
    expect(crossed.join('\n')).not.toMatch(/example\.org|s3cr3t/);
  });
});
