import type { Choose, Instances, InstanceStatus } from '../../core/job/ports';
import type { JobRecord } from '../../core/job/record';
import { eventNames, JobInput } from '../../orchestrators/contract';
import type { Log } from '../log';
import { forEachLimited, Limited } from '../upkeep/forEachLimited';
import { isAlive } from './alive';

/** A record that was written so lately is left to whoever works on it. */
export const youngMs = 45_000;
/** One that nobody has begun is left to whoever has just accepted it. */
const acceptedMs = 15_000;
/** An orchestration whose next step is overdue for so long is stuck: it is ended, and its job resumed. */
const stuckMs = 30 * 60_000;
/** So often a job is resumed before it is ended: whatever kills its orchestration would kill the next one. */
export const mostResumes = 20;

/** So many records are looked at in a run: where more are active, the newest of them and a part of the others, which come in turn. */
const most = 500;
const newest = 100;
/** As the timer runs. */
const everyMs = 30_000;

/**
 * Takes those whose turn it is at that time. A queue of thousands would keep storage and the platform busy all the time, and the
 * oldest would never be come to.
 */
const inTurn =
  (now: number): Choose =>
  (newestFirst) => {
    if (newestFirst.length <= most) return newestFirst;
    const others = newestFirst.slice(newest);
    const share = most - newest;
    const from = (Math.floor(now / everyMs) * share) % others.length;
    return [...newestFirst.slice(0, newest), ...[...others, ...others].slice(from, from + share)];
  };

type AnyRecord = JobRecord<unknown, unknown, unknown>;

export interface Watched<R extends AnyRecord> {
  readonly orchestrator: string;
  readonly listActive: (choose: Choose) => Promise<readonly R[]>;
  readonly get: (id: string) => Promise<R | undefined>;
  /** Whether a record that nobody has begun is somebody else's to start. */
  readonly awaitsItsTurn: (record: R) => boolean;
  /** Whether a cancel that was asked for may still be heard. */
  readonly mayCancel: (record: R) => boolean;
  /** Told of each job that is alive and has not written its record for a while. */
  readonly stillAlive?: (record: R, status: InstanceStatus | undefined) => Promise<void>;
  /** Ends a job that was resumed too often. */
  readonly endHopeless: (record: R) => Promise<void>;
}
export interface WatchTools extends Limited {
  readonly instances: Instances;
  /** Told of each job that is started or resumed, for the log. */
  readonly found: (what: 'started' | 'resumed' | 'stuck' | 'hopeless', id: string) => void;
  readonly log?: Log;
}

/**
 * Compares the active records with Durable. What was accepted and never started is started; a job whose orchestration was lost,
 * failed, terminated or purged is started again under its id and goes on from its record; a cancel that was not heard is raised
 * again. Each record is looked at apart: one that cannot be read keeps none of the others back.
 */
export async function watchJobs<R extends AnyRecord>(watched: Watched<R>, tools: WatchTools): Promise<void> {
  await forEachLimited(
    await watched.listActive(inTurn(tools.clock())),
    (record) => watchOne(record, watched, tools),
    tools,
  );
}

async function watchOne<R extends AnyRecord>(record: R, watched: Watched<R>, tools: WatchTools): Promise<void> {
  const now = tools.clock();
  const isYoung = now - record.updatedAt < (record.run === undefined ? acceptedMs : youngMs);
  const isCancelLate = record.cancelRequestedAt !== undefined && now - record.cancelRequestedAt >= youngMs;
  if (watched.awaitsItsTurn(record) || (isYoung && !isCancelLate)) return;
  const status = await tools.instances.status(record.id);
  if (status && isAlive(status) && isStuck(status, record, now)) {
    tools.found('stuck', record.id);
    await tools.instances.terminate(record.id);
    return; // the next watch finds it terminated and resumes it
  }
  if (isAlive(status)) {
    if (isCancelLate && watched.mayCancel(record) && !hasHeardCancel(status))
      await tools.instances.raise(record.id, eventNames.cancelRequested, null);
    await watched.stillAlive?.(record, status);
    return;
  }
  if (isYoung) return;
  const current = await watched.get(record.id); // it may have ended meanwhile
  if (!current || current.end || current.updatedAt !== record.updatedAt) return;
  if (current.resumes >= mostResumes) {
    tools.found('hopeless', record.id);
    return watched.endHopeless(current);
  }
  tools.found(current.run === undefined ? 'started' : 'resumed', record.id);
  await tools.instances.start(watched.orchestrator, record.id, { id: record.id } satisfies JobInput);
}

/** Both custom statuses say what they are and when the next step is due. */
const statusOf = (status: InstanceStatus | undefined): { readonly status?: unknown; readonly dueAt?: unknown } =>
  typeof status?.customStatus === 'object' && status.customStatus !== null ? status.customStatus : {};

const hasHeardCancel = (status: InstanceStatus | undefined): boolean => statusOf(status).status === 'cancelling';

/** One that has said nothing yet is measured by its record; none before it was started: a busy platform begins late. */
function isStuck(status: InstanceStatus, { updatedAt }: AnyRecord, now: number): boolean {
  const { dueAt } = statusOf(status);
  return now - Math.max(typeof dueAt === 'number' ? dueAt : updatedAt, status.createdAt) > stuckMs;
}
