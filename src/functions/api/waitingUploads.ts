import { forEachLimited } from '../../app/upkeep/forEachLimited';
import type { WaitingFor } from '../../core/upload/resource';
import { joinLive } from './liveUpload';
import type { HttpDependencies } from './serve';

/** What waits now. Times are since the acceptance. */
export interface WaitingUploads {
  /** Accepted and not ended. */
  readonly active: number;
  readonly oldestSeconds: number;
  /** By reason: how many of the active ones wait, and the oldest of them. */
  readonly waiting: Partial<Record<WaitingFor, { readonly uploads: number; readonly oldestSeconds: number }>>;
  /** The reasons of so many of the oldest were asked for. */
  readonly asked: number;
}

/** Each has to be read and asked of Durable: the oldest are what matters. */
const mostAsked = 200;
const timeMs = 10_000;
const keptMs = 10_000;
const kept = new WeakMap<object, { readonly until: number; readonly answer: Promise<WaitingUploads> }>();

/** How many uploads wait, for what and for how long; asked at most every 10 s. Throws where storage gives no answer. */
export function waitingUploads(deps: HttpDependencies): Promise<WaitingUploads> {
  const known = kept.get(deps.records);
  if (known && known.until > deps.clock()) return known.answer;
  const answer = look(deps);
  kept.set(deps.records, { until: deps.clock() + keptMs, answer });
  answer.catch(() => void kept.delete(deps.records));
  return answer;
}

async function look(deps: HttpDependencies): Promise<WaitingUploads> {
  const now = deps.clock();
  let active = 0;
  const chosen = await deps.records.listActive((newestFirst) => {
    active = newestFirst.length;
    return newestFirst.slice(-mostAsked);
  });
  const oldestFirst = chosen.sort((a, b) => a.request.createdAt - b.request.createdAt);
  const seconds = (createdAt: number): number => Math.max(0, Math.round((now - createdAt) / 1000));
  const waiting = new Map<WaitingFor, { uploads: number; oldestSeconds: number }>();
  let asked = 0;
  await forEachLimited(
    oldestFirst,
    async (record) => {
      const reason = (await joinLive(record, deps)).live?.waitingFor;
      asked += 1;
      if (reason === undefined) return;
      const { uploads, oldestSeconds } = waiting.get(reason) ?? { uploads: 0, oldestSeconds: 0 };
      const age = seconds(record.request.createdAt);
      waiting.set(reason, { uploads: uploads + 1, oldestSeconds: Math.max(oldestSeconds, age) });
    },
    { until: now + timeMs, clock: deps.clock, failed: () => undefined },
  );
  const [oldest] = oldestFirst;
  return {
    active,
    oldestSeconds: oldest ? seconds(oldest.request.createdAt) : 0,
    waiting: Object.fromEntries(waiting),
    asked,
  };
}
