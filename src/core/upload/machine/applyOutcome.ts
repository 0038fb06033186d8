import { allClosed, removed, sessionLeft } from './cleanupOutcomes';
import { crashed, notDone, notFound, refused, sourceGone, throttled, uncertain } from './failureOutcomes';
import { absent, found, surplus } from './lookOutcomes';
import type { Outcome, RangeDigest } from './outcome';
import { admitted, asksPacer, noted, queued } from './placeOutcomes';
import { notVerified, stale, undo } from './progressChanges';
import { noting, Progress } from './progressState';
import { retryPolicy } from '../../retry';
import { accepted, completed, incident, lost, misplaced, opened, progressed, wrongWay } from './sendOutcomes';
import { again } from './waits';

/** What an outcome makes of the state. One case a kind; what a kind means depends on the step that was asked. */
export function applyOutcome(before: Progress, said: Outcome, now: number): Progress {
  const p = heard(before, said, now);
  switch (said.kind) {
    case 'cancelRequested':
      return p.undoing ? p : undo(noting(p, now, 'cancelRequested'), 'cancelled', now);
    case 'admitted':
      return admitted(p, said, now);
    case 'queued':
      return queued(p, said, now);
    case 'noted':
      return noted(p, now);
    case 'baseline':
      return { ...p, lookedBefore: true, attempts: 0 };
    case 'opened':
      return opened(p, said, now);
    case 'unclosed':
      return stale(again({ ...p, session: said.session }, retryPolicy.transient, 'retry', now));
    case 'accepted':
      return accepted(p, said, now);
    case 'expects':
      return progressed({ ...p, querying: false, missing: said.missing });
    case 'noStatus':
      return { ...p, querying: false, noStatus: true };
    case 'completed':
      return completed(p, said.attachmentId ?? null, now);
    case 'replied':
      return notVerified(
        completed(p, null, now),
        'The service takes a reply without naming its attachment: it cannot be read back.',
      );
    case 'found':
      return found(p, said, now);
    case 'absent':
      return absent(p, said, now);
    case 'surplus':
      return surplus(p, said);
    case 'verified':
      return noting({ ...p, sha256: said.sha256, verificationOver: true, attempts: 0 }, now, 'verified');
    case 'mismatch':
      return { ...p, wrongBytes: p.wrongBytes + 1, removing: p.attached?.id ?? undefined };
    case 'cancelled':
      return said.isLeft ? sessionLeft(p) : allClosed(p);
    case 'removed':
      return removed(p, now);
    case 'throttled':
      return throttled(p, said, now);
    case 'uncertain':
      return uncertain(p, said.retryAfterMs ?? 0, now);
    case 'notSent':
      return notDone(again(p, retryPolicy.transient, 'retry', now), now);
    case 'incident':
      return incident(p, now);
    case 'lost':
      return lost(p, now);
    case 'misplaced':
      return misplaced(p, now);
    case 'wrongWay':
      return wrongWay(p, now);
    case 'notFound':
      return notFound(p, now);
    case 'refused':
      return refused(p, said.problem, now);
    case 'storage':
      return notDone(again(noting(p, now, 'storageUnreachable'), retryPolicy.storage, 'storage', now), now);
    case 'sourceGone':
      return sourceGone(p, said.problem, now);
    case 'notReady': // waited out, however long: without settings not even the end can be told
      return again(p, retryPolicy.notReady, 'retry', now);
    case 'crashed':
      return crashed(p, now);
  }
}

/** What every outcome means, whatever it says. */
function heard(before: Progress, said: Outcome, now: number): Progress {
  return {
    ...before,
    // what only concerns the mailbox's pacer ends no wait
    ...(asksPacer(before) ? {} : { resumeAt: now, waitingFor: undefined }),
    ...(said.requestId === undefined ? {} : { requestId: said.requestId }),
    digests: withDigest(before.digests, said.digest),
    // whatever this run says: another run of the step may have opened one, and written it down
    mayHaveOpened: before.mayHaveOpened || before.asked?.do === 'createUploadSession',
  };
}

/** Digests tell what the pinned blob holds, whoever took it; of two that overlap the newer one stays. */
function withDigest(digests: readonly RangeDigest[], digest: RangeDigest | undefined): readonly RangeDigest[] {
  if (digest === undefined) return digests;
  return [...digests.filter((d) => d.end < digest.start || d.start > digest.end), digest];
}
