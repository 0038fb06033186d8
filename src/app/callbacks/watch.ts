import type { OpenCallback } from '../../core/callback/ports';
import type { Instances } from '../../core/job/ports';
import type { Dependencies } from '../../dependencies';
import { isAlive } from '../jobs/alive';
import { forEachLimited, Limited } from '../upkeep/forEachLimited';
import { callbackInstance, startCallback } from './startCallback';

/** An end that was written so lately is told by whoever wrote it; an attempt that is so late is nobody's. */
const lateMs = 45_000;
/** An acceptance that died between its writes left a callback of nothing. */
const leftOverMs = 60 * 60_000;

type WatchDependencies = Pick<Dependencies, 'callbacks' | 'records' | 'deliveries' | 'clock'>;

/** Starts the callbacks of what has ended where nobody has, or where the platform lost the orchestration. */
export async function watchCallbacks(deps: WatchDependencies, instances: Instances, limits: Limited): Promise<void> {
  await forEachLimited(await deps.callbacks.open.list(), (open) => watchOne(open, deps, instances), limits);
}

async function watchOne({ id, kind, at }: OpenCallback, deps: WatchDependencies, instances: Instances): Promise<void> {
  const now = deps.clock();
  const callback = (await deps.callbacks.all.get(id))?.value;
  if (callback?.status !== 'pending') return deps.callbacks.open.remove(id);
  if (callback.nextAttemptAt !== null && callback.nextAttemptAt > now - lateMs) return;
  const record = (await (kind === 'upload' ? deps.records.get(id) : deps.deliveries.get(id)))?.value;
  if (!record && now - at > leftOverMs && callback.attempts === 0) return remove(id, deps);
  if (!record?.end || now - record.end.endedAt < lateMs) return;
  if (!isAlive(await instances.status(callbackInstance(id)))) await startCallback(id, instances);
}

async function remove(id: string, { callbacks }: WatchDependencies): Promise<void> {
  await callbacks.open.remove(id);
  await callbacks.all.remove(id);
}
