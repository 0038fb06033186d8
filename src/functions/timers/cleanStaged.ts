import { app, InvocationContext, Timer } from '@azure/functions';
import { stagedContainer } from '../../core/nylas/session';
import type { StagedBlob } from '../../core/upload/ports';
import type { UploadRecord } from '../../core/upload/record';
import { dependencies, Dependencies } from '../../dependencies';

const dayMs = 24 * 60 * 60 * 1000;
const pageSize = 500;
/** A run has a few minutes on the host: what is left waits an hour. */
const mostRemoved = 2000;

type CleanDependencies = Pick<Dependencies, 'staged' | 'records' | 'nylas' | 'settings' | 'clock'>;

/**
 * Removes what clients brought and nobody has used for a day, below `uploads/.staged/` only. Kept is what an upload names
 * that is active or ended within the day, and what an open session names. The number of blobs removed.
 */
export async function cleanStaged(deps: CleanDependencies): Promise<number> {
  const before = deps.clock() - dayMs;
  const old = (await deps.staged.list()).filter(({ changedAt }) => changedAt < before);
  if (old.length === 0) return 0;
  const used = await usedSince(before, deps);
  let removed = 0;
  for (const blob of old) {
    if (removed === mostRemoved) break;
    if (used.has(blob.name) || (await isInSession(blob, deps))) continue;
    if (await deps.staged.remove(blob)) removed += 1;
  }
  return removed;
}

/** Names of staged blobs whose uploads are active or ended since then. An upload lives no longer than its deadline. */
async function usedSince(since: number, { records, settings }: CleanDependencies): Promise<Set<string>> {
  const used = new Set<string>();
  const note = ({ request: { blob }, end }: UploadRecord): void => {
    if (blob?.container === stagedContainer && (end === undefined || end.endedAt >= since)) used.add(blob.name);
  };
  (await records.listActive()).forEach(note);
  const madeSince = since - settings.deadlineMs - dayMs; // a day more for ends that came late
  for (let after: string | undefined; ;) {
    const page = await records.list({}, pageSize, after);
    page.forEach(note);
    const last = page.at(-1);
    if (!last || page.length < pageSize || last.request.createdAt < madeSince) return used;
    after = last.id;
  }
}

async function isInSession({ name }: StagedBlob, { nylas, clock }: CleanDependencies): Promise<boolean> {
  const id = /([0-9a-f-]{36})\/content$/.exec(name)?.[1];
  const session = id === undefined ? undefined : (await nylas.sessions.get(id))?.value;
  return session !== undefined && session.expiresAt > clock();
}

/** What the facade remembers of sessions, calls and drafts is as old as finished uploads may get, and a day at least. */
export async function forgetOldCalls({ nylas, settings, clock }: CleanDependencies): Promise<void> {
  const before = clock() - Math.max(settings.retentionMs, dayMs);
  for (const documents of [nylas.sessions, nylas.drafts, nylas.schedules]) {
    await documents.removeBefore(before, mostRemoved);
  }
  await nylas.calls.removeBefore(clock() - dayMs, mostRemoved);
}

app.timer('cleanStaged', {
  schedule: '0 20 * * * *',
  handler: async (_timer: Timer, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    try {
      await cleanStaged(deps);
      await forgetOldCalls(deps);
    } catch (cause) {
      context.error('cleanStaged will try again in an hour', cause instanceof Error ? cause.name : 'unknown');
    }
  },
});
