import { applyOutcome } from './applyOutcome';
import { wholeFile } from '../../byteRange';
import { nextStep } from './nextStep';
import type { Outcome } from './outcome';
import { isOfPacer } from './placeOutcomes';
import { bytesSent, Plan, Progress, Step } from './progressState';
import { unknown } from './progressChanges';
import type { Problem } from '../../errors';
import type { LiveStatus } from '../resource';

/** The state at the start of an upload and its first step. */
export function begin(plan: Plan, now: number): [Progress, Step] {
  const progress: Progress = {
    plan,
    way: plan.way,
    stepNo: 0,
    resumeAt: now,
    place: 'none',
    placeSeenAt: now,
    refusals: 0,
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
    unclearAt: now,
    sessionIsUnclear: false,
    lookalikes: [],
    verificationOver: !plan.verifiable,
    surplus: [],
    surplusLooked: false,
    wrongBytes: 0,
    removalFailed: false,
    attempts: 0,
    notFounds: 0,
    withoutProgress: 0,
    lostSessions: 0,
    expiredSessions: 0,
    incidents: 0,
    resends: 0,
    crashes: 0,
    verifications: 0,
    cleanups: 0,
    warnings: plan.warnings,
    timeline: [{ at: now, event: 'started' }],
    leftBehind: [],
    sessionsLeft: 0,
    sessionsLeftUntil: 0,
  };
  return nextStep(progress, now);
}

/** How often the lost orchestration sent is not known: all copies of ours that are found, if there are so many, go. */
const recoveredSends = 100;

/**
 * The state of an upload whose orchestration the platform lost: nothing is known but the record. What may be open is
 * closed, its place in the mailbox is given back, what may have been attached is looked for, when its name is its own. Then it ends as `Internal`, as
 * cancelled where that was asked, or as succeeded if it turns out whole.
 */
export function beginRecovery(
  plan: Plan,
  { mayHaveSent, cancelRequested }: { readonly mayHaveSent: boolean; readonly cancelRequested: boolean },
  now: number,
): [Progress, Step] {
  const [progress] = begin(plan, now);
  const known: Progress = {
    ...progress,
    undoing: cancelRequested ? 'cancelled' : orchestrationLost,
    place: 'held',
    mayHaveOpened: true,
  };
  if (!mayHaveSent) return nextStep(known, now);
  // a reply is a post of its own: no look at the item shows it
  const mayHaveReplied = plan.way === 'reply' || plan.otherWay === 'reply';
  return mayHaveReplied
    ? nextStep({ ...known, undoing: unknown('the platform lost its orchestration, and a reply may carry it') }, now)
    : nextStep({ ...known, place: 'unknown', unclearSince: now, unclearSends: recoveredSends }, now);
}

const orchestrationLost: Problem = {
  code: 'Internal',
  detail:
    'The platform lost the orchestration of this upload. What it had opened was cleaned up; upload the file again.',
};

/** THE STATE MACHINE: what was said makes a new state, the state makes the next step. Pure. */
export function decide(progress: Progress, said: Outcome, now: number): [Progress, Step] {
  return nextStep(applyOutcome(progress, said, now), now);
}

/** What the public may see of it while it runs. */
export function liveStatus(progress: Progress, step: Step, now: number): LiveStatus {
  // what only concerns the mailbox's pacer ends no wait
  const until = isOfPacer(step) ? Math.max(step.notBefore, progress.resumeAt) : step.notBefore;
  const waits = until > now + 500 || progress.waitingFor === 'mailbox';
  const status = progress.undoing === 'cancelled' ? 'cancelling' : waits ? 'waiting' : 'running';
  return {
    status,
    ...(status === 'waiting' ? { waitingFor: progress.waitingFor ?? 'retry', waitingUntil: until } : {}),
    bytesSent: bytesSent(progress),
    updatedAt: now,
    timeline: progress.timeline.map(({ at, event, detail }) =>
      detail === undefined ? ([at, event] as const) : ([at, event, detail] as const),
    ),
  };
}
