import { applyOutcome } from './applyOutcome';
import { wholeFile } from './byteRange';
import { nextStep } from './nextStep';
import type { Outcome } from './outcome';
import { bytesSent, Plan, Progress, Step } from './progressState';
import type { Problem } from './uploadError';
import type { LiveStatus } from './uploadStatus';

/** The state at the start of an upload and its first step. */
export function begin(plan: Plan, now: number): [Progress, Step] {
  const progress: Progress = {
    plan,
    way: plan.way,
    stepNo: 0,
    resumeAt: now,
    place: 'none',
    placeSeenAt: now,
    grantedBytes: 0,
    lookedBefore: false,
    sessionIsStale: false,
    mayHaveOpened: false,
    missing: wholeFile(plan.totalBytes),
    fewestMissingBytes: plan.totalBytes,
    digests: [],
    querying: false,
    noStatus: false,
    assumedTaken: false,
    rangeMs: 0,
    unclearSends: 0,
    lastSendAt: now,
    verificationOver: !plan.verifiable,
    surplus: [],
    surplusLooked: false,
    wrongBytes: 0,
    attempts: 0,
    notFounds: 0,
    withoutProgress: 0,
    lostSessions: 0,
    expiredSessions: 0,
    incidents: 0,
    crashes: 0,
    verifications: 0,
    cleanups: 0,
    warnings: plan.warnings,
    timeline: [{ at: now, event: 'started' }],
    leftBehind: [],
  };
  return nextStep(progress, now);
}

/**
 * The state of an upload whose orchestration the platform lost: nothing is known but the record. What may be open is
 * closed, what may have been attached is looked for, then it ends as `Internal`, or as succeeded if it turns out whole.
 */
export function beginRecovery(plan: Plan, mayHaveSent: boolean, now: number): [Progress, Step] {
  const [progress] = begin(plan, now);
  const problem: Problem = {
    code: 'Internal',
    detail:
      'The platform lost the orchestration of this upload. What it had opened was cleaned up; upload the file again.',
  };
  return nextStep(
    { ...progress, undoing: problem, mayHaveOpened: true, ...(mayHaveSent ? { unclearSince: now } : {}) },
    now,
  );
}

/** THE STATE MACHINE: what was said makes a new state, the state makes the next step. Pure. */
export function decide(progress: Progress, said: Outcome, now: number): [Progress, Step] {
  return nextStep(applyOutcome(progress, said, now), now);
}

/** What the public may see of it while it runs. */
export function liveStatus(progress: Progress, step: Step, now: number): LiveStatus {
  const waits = step.notBefore > now + 500 || progress.waitingFor === 'mailbox';
  const status = progress.undoing === 'cancelled' ? 'cancelling' : waits ? 'waiting' : 'running';
  return {
    status,
    ...(status === 'waiting' ? { waitingFor: progress.waitingFor ?? 'retry', waitingUntil: step.notBefore } : {}),
    bytesSent: bytesSent(progress),
    updatedAt: now,
    timeline: progress.timeline.map(({ at, event, detail }) =>
      detail === undefined ? ([at, event] as const) : ([at, event, detail] as const),
    ),
  };
}
