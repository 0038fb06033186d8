import { problems } from '../../core/upload/machine/problems';
import { withOpenSessions } from '../../core/upload/machine/ending';
import { uploadEnded } from '../../core/upload/log';
import { openSessions, UploadEnd, UploadRecord } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import { parseLiveStatus } from '../../core/upload/resource';
import type { Dependencies } from '../../dependencies';
import { orchestratorNames } from '../../orchestrators/contract';
import { updateRecord } from '../jobs/records';
import { logWaiting, mailboxHash } from '../log';
import { Watched, watchJobs, WatchTools } from '../jobs/watch';
import { forEachLimited } from '../upkeep/forEachLimited';
import { closeSessions } from './closeSessions';
import { leaveMailbox } from './leaveMailbox';

type Watching = Pick<Dependencies, 'records' | 'clock' | 'secrets' | 'sessions' | 'settings'>;

/** Looks after uploads that nobody works on, and after sessions that ended uploads have left open. */
export async function watchUploads(deps: Watching, tools: WatchTools): Promise<void> {
  await watchJobs(watchedUploads(deps, tools), tools);
  await forEachLimited(await deps.records.listLeft(), (record) => closeLeft(record, deps), tools);
}

const watchedUploads = (deps: Watching, { instances, log }: WatchTools): Watched<UploadRecord> => ({
  orchestrator: orchestratorNames.attachFile,
  listActive: (choose) => deps.records.listActive(choose),
  get: async (id) => (await deps.records.get(id))?.value,
  // the delivery starts it when the ones before it are done
  awaitsItsTurn: ({ request, run }) => request.delivery !== undefined && run === undefined,
  mayCancel: () => true,
  // an upload that waits for its mailbox runs no activity that could log it
  stillAlive: async ({ request }, status) => {
    const reason = parseLiveStatus(status?.customStatus)?.waitingFor;
    if (log && reason !== undefined) await logWaiting(request, reason, deps.records, log);
  },
  endHopeless: async ({ id, updatedAt }) => {
    const endedAt = deps.clock();
    const ended = await updateRecord(deps.records, id, (now) =>
      now.end || now.updatedAt !== updatedAt ? undefined : hopeless(now, endedAt),
    );
    if (ended?.end?.endedAt !== endedAt) return;
    await leaveMailbox(ended, undefined, deps, instances);
    const line = uploadEnded(ended, mailboxHash(ended.request));
    if (line) log?.(line);
  },
});

/** What cannot be worked on ends, and says what is known: a commit may have attached the file. */
function hopeless(record: UploadRecord, now: number): UploadRecord {
  const { facts, request } = record;
  const error =
    facts.commits > 0
      ? problems.unknown('its orchestration was lost again and again, the last time after a send')
      : problems.fault;
  const bare: UploadEnd = {
    status: 'failed',
    error,
    warnings: request.warnings,
    timeline: [{ at: now, event: 'givenUp' }],
    bytesSent: 0,
    endedAt: now,
  };
  const end = withOpenSessions(bare, openSessions(facts, now));
  return { ...record, state: end.status, end, updatedAt: now };
}

/** The end told of a session that could not be closed: it is tried until the session has expired. */
async function closeLeft(record: UploadRecord, deps: Watching): Promise<void> {
  await closeSessions(record, itemOf(record.request), undefined, deps);
}
