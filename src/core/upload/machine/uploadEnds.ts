import { bytesSent, noting, Progress } from './progressState';
import type { Problem } from '../../errors';
import type { UploadEnd, Warning } from '../record';

/** How an upload ends, in the words that its record keeps. */

/** The end as the state tells it: what is attached, why not, what is left behind. */
export function ended(p: Progress, status: UploadEnd['status'], now = p.resumeAt): UploadEnd {
  const timeline = p.undoing && status !== 'succeeded' ? noting(p, now, 'cleanedUp').timeline : p.timeline;
  const left = [
    ...leftBehind(p, now),
    ...p.lookalikes.map((id) => `perhaps attachment ${id}: it has the name, but other bytes`),
  ];
  const error: Problem | undefined = typeof p.undoing === 'object' ? { ...p.undoing } : undefined;
  return {
    status,
    ...(status === 'succeeded' && p.attached
      ? {
          attachment: {
            id: p.attached.id,
            location: null,
            sha256: p.sha256 ?? null,
            verified: p.sha256 !== undefined,
            method: p.way === 'session' ? ('session' as const) : ('post' as const),
          },
        }
      : {}),
    ...(status === 'failed' && error
      ? {
          error: {
            ...error,
            ...(p.requestId === undefined ? {} : { serviceRequestId: p.requestId }),
            ...(left.length > 0 ? { leftBehind: left } : {}),
          },
        }
      : {}),
    warnings: [...p.warnings, ...lateWarnings(p, status, now)],
    timeline,
    bytesSent: bytesSent(p),
    ...(areLeft(p, now) ? { sessionsLeft: p.sessionsLeft } : {}),
    endedAt: now,
  };
}

/** An expired one is as good as closed. */
const areLeft = (p: Progress, now: number): boolean => p.sessionsLeft > 0 && p.sessionsLeftUntil > now;

function leftBehind(p: Progress, now: number): string[] {
  if (!areLeft(p, now)) return [...p.leftBehind];
  const until = Number.isFinite(p.sessionsLeftUntil) ? `, until ${new Date(p.sessionsLeftUntil).toISOString()}` : '';
  return [
    ...p.leftBehind,
    `${p.sessionsLeft === 1 ? 'an upload session' : `${p.sessionsLeft} upload sessions`}${until}`,
  ];
}

/** What an end without an error has to tell. */
function lateWarnings(p: Progress, status: UploadEnd['status'], now: number): Warning[] {
  if (status === 'failed') return [];
  const left = leftBehind(p, now).map((what): Warning => ({
    code: 'LeftBehind',
    detail: `Could not be cleaned up: ${what}.`,
  }));
  const lookalikes = p.lookalikes.map((id): Warning => ({
    code: 'LookalikeFound',
    detail: `While this file was sent, attachment ${id} of the same name appeared, with other bytes. It may be a damaged copy: look at the item.`,
  }));
  return [...left, ...lookalikes, ...(status === 'succeeded' && p.undoing === 'cancelled' ? [cannotTakeBack] : [])];
}

const cannotTakeBack: Warning = {
  code: 'CancelledTooLate',
  detail: 'It was attached before the cancel, and the service gave no id by which it could be removed.',
};

/** Why nothing was sent any more. */
export function deadlineExceeded(p: Progress): Problem {
  const waiting = p.waitingFor === undefined ? '' : ` It was last waiting for: ${p.waitingFor}.`;
  return {
    code: 'DeadlineExceeded',
    detail: `The upload did not end within its deadline (DEADLINE_HOURS).${waiting} Upload the file again when the cause is gone.`,
  };
}
