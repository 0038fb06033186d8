import type { UploadOver } from './deliveryOutcome';
import type { DeliveryEnd } from '../record';
import { DeliveryProgress, DeliveryStep, makesDraft, notingDelivery, sendBegan, takesBack } from './deliveryState';
import { undoDelivery } from './deliveryUndo';
import type { Problem } from '../../errors';

/** A step without its number and time. */
type Bare = DeliveryStep extends infer S ? (S extends DeliveryStep ? Omit<S, 'no' | 'notBefore'> : never) : never;

/** What the state wants next. It may change the state where time alone decides: the deadline. */
export function nextDeliveryStep(progress: DeliveryProgress, now: number): [DeliveryProgress, DeliveryStep] {
  const p = timely(progress, now);
  const bare = p.undoing && p.sentAt === undefined ? undoStep(p, now) : forwardStep(p, now);
  const step = { ...bare, no: p.stepNo + 1, notBefore: startOf(bare.do, p, now) } as DeliveryStep;
  const q = step.do === 'sendMessage' ? notingDelivery(p, now, 'sending') : p;
  const created = step.do === 'createDraft' ? { lastCreateAt: step.notBefore } : {};
  return [{ ...q, ...created, asked: step, stepNo: step.no }, step];
}

function startOf(name: DeliveryStep['do'], p: DeliveryProgress, now: number): number {
  if (name === 'end') return now;
  // a draft that comes late is looked for once more, when it must have come
  const from = name === 'deleteSurplusDrafts' ? Math.max(p.resumeAt, p.lastCreateAt + p.plan.settleMs) : p.resumeAt;
  return Math.max(now, from);
}

/** What could only begin after the deadline is not begun. */
function timely(p: DeliveryProgress, now: number): DeliveryProgress {
  if (p.undoing || sendBegan(p) || Math.max(now, p.resumeAt) < p.plan.deadlineAt || isAttached(p)) return p;
  return undoDelivery(p, deadlineExceeded, now);
}

/** Nothing is left to do: a deadline that passes now undoes nothing. */
const isAttached = (p: DeliveryProgress): boolean => !p.plan.send && p.item !== null && nextUpload(p) === undefined;

function forwardStep(p: DeliveryProgress, now: number): Bare {
  if (p.sentAt !== undefined) return finish(p, now);
  if (p.sendUnclearSince !== undefined) return { do: 'findSent' };
  if (p.item === null) return { do: p.createUnclearSince === undefined ? 'createDraft' : 'findDraft' };
  const uploadId = nextUpload(p);
  if (uploadId !== undefined) return { do: p.polling ? 'checkUpload' : 'attach', uploadId };
  if (!p.plan.send) return finish(p, now);
  return !makesDraft(p) && !p.marked ? { do: 'markDraft' } : { do: 'sendMessage' };
}

const nextUpload = ({ plan, over }: DeliveryProgress): string | undefined =>
  plan.uploads.find((id) => !over.some((upload) => upload.id === id));

function finish(p: DeliveryProgress, now: number): Bare {
  return p.unclearCreates > 0 && !p.surplusLooked
    ? { do: 'deleteSurplusDrafts', keepsOurs: true }
    : { do: 'end', end: ended(p, 'succeeded', now) };
}

/** Taking back what is ours. What may have been sent is looked for first: then nothing is taken back at all. */
function undoStep(p: DeliveryProgress, now: number): Bare {
  if (p.sendUnclearSince !== undefined) return { do: 'findSent' };
  if (p.createUnclearSince !== undefined) return { do: 'findDraft' };
  if (!p.settled && !p.sendUnknown) return { do: 'settleUploads' };
  if (takesBack(p)) {
    if (makesDraft(p) && p.item !== null && !p.draftGone) return { do: 'deleteDraft' };
    const attached = makesDraft(p) ? undefined : p.over.find((upload) => mustGo(p, upload));
    if (attached) return { do: 'takeBack', uploadId: attached.id };
  }
  if (p.unclearCreates > 0 && !p.surplusLooked) return { do: 'deleteSurplusDrafts', keepsOurs: !takesBack(p) };
  return { do: 'end', end: ended(p, p.undoing === 'cancelled' ? 'cancelled' : 'failed', now) };
}

const mustGo = (p: DeliveryProgress, { id, attached }: UploadOver): boolean =>
  attached === 'removable' && !p.takenBack.includes(id);

function ended(p: DeliveryProgress, wanted: DeliveryEnd['status'], now: number): DeliveryEnd {
  const ours = [...p.leftBehind, ...(takesBack(p) ? fixedOnes(p) : [])];
  // after `cancelled` nothing of it is at the service: where something is, it says so
  const status = wanted === 'cancelled' && ours.length > 0 ? 'failed' : wanted;
  const why = p.undoing === 'cancelled' ? cancelledInPart : p.undoing;
  return {
    status,
    item: p.item,
    sent: p.sendUnknown ? null : p.sentAt !== undefined,
    ...(p.sentAt === undefined ? {} : { sentAt: p.sentAt }),
    ...(status === 'failed' && why ? { error: told(why, ours, p.requestId) } : {}),
    timeline: p.timeline,
    endedAt: now,
  };
}

function told(why: Problem, ours: readonly string[], requestId: string | undefined): Problem {
  const leftBehind = [...(why.leftBehind ?? []), ...ours];
  return {
    ...(requestId === undefined ? {} : { serviceRequestId: requestId }),
    ...why,
    ...(leftBehind.length > 0 ? { leftBehind } : {}),
  };
}

const fixedOnes = ({ over }: DeliveryProgress): string[] =>
  over.filter(({ attached }) => attached === 'fixed').map(({ name }) => `attachment ${name}`);

const cancelledInPart: Problem = {
  code: 'ServiceUnavailable',
  detail: 'It was cancelled and nothing was sent, but not all that it had attached could be removed: see leftBehind.',
};
const deadlineExceeded: Problem = {
  code: 'DeadlineExceeded',
  detail:
    'The delivery did not end within its deadline (DEADLINE_HOURS). Nothing was sent. Ask again when the cause is gone.',
};
