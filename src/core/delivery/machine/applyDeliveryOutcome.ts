import type { DeliveryOutcome, UploadOver } from './deliveryOutcome';
import { DeliveryProgress, isCleanup, isLook, notingDelivery } from './deliveryState';
import { cancelDelivery, cleanupFailed, draftNeverKnown, sendNeverKnown, undoDelivery } from './deliveryUndo';
import { retryPolicy } from '../../retry';
import type { Problem } from '../../errors';
import { again } from './waits';

type Said<K extends DeliveryOutcome['kind']> = Extract<DeliveryOutcome, { kind: K }>;

/** What an outcome makes of the state. One case a kind; what a kind means depends on the step that was asked. */
export function applyDeliveryOutcome(before: DeliveryProgress, said: DeliveryOutcome, now: number): DeliveryProgress {
  const p: DeliveryProgress = {
    ...before,
    resumeAt: now,
    waitingFor: undefined,
    ...(said.requestId === undefined ? {} : { requestId: said.requestId }),
  };
  switch (said.kind) {
    case 'cancelRequested':
      return cancelDelivery(p, now);
    case 'drafted':
      return fresh({ ...notingDelivery(p, now, 'draftCreated'), item: said.item, createUnclearSince: undefined });
    case 'absent':
      return p.asked?.do === 'findDraft' ? draftAbsent(p, now) : notInSent(p, now);
    case 'uploadOver':
      return uploadOver(p, said.upload, now);
    case 'uploadActive':
      return again({ ...p, polling: true }, retryPolicy.looking, 'retry', now);
    case 'uploadsOver':
      return fresh({ ...p, over: said.uploads, settled: true });
    case 'marked':
      return fresh({ ...notingDelivery(p, now, 'marked'), marked: true });
    case 'sent':
      return fresh({
        ...notingDelivery(p, now, 'sent'),
        sentAt: said.at,
        sendUnclearSince: undefined,
        undoing: undefined,
      });
    case 'sendBegan':
      return { ...notingDelivery(p, now, 'reconciling', 'send'), sendUnclearSince: now };
    case 'removed':
      return removed(p, now);
    case 'surplusGone':
      return fresh({ ...p, surplusLooked: true, leftBehind: [...p.leftBehind, ...said.leftBehind] });
    case 'throttled':
      return throttled(p, said, now);
    case 'notSent':
      return isCleanup(p.asked) ? cleanupFailed(p, now, 1) : again(p, retryPolicy.transient, 'retry', now);
    case 'uncertain':
      return uncertain(p, said.retryAfterMs ?? 0, now);
    case 'notFound':
      return notFound(p, now);
    case 'refused':
      return refused(p, said.problem, now);
    case 'notReady':
      return again(p, retryPolicy.notReady, 'retry', now);
    case 'crashed':
      return crashed(p, now);
  }
}

const fresh = (p: DeliveryProgress): DeliveryProgress => ({ ...p, attempts: 0, crashes: 0, cleanups: 0 });

/** Lists lag and commits come late: it is looked for until it is settled, and only then made again. */
function draftAbsent(p: DeliveryProgress, now: number): DeliveryProgress {
  const settledAt = (p.createUnclearSince ?? now) + p.plan.settleMs;
  if (now < settledAt) return lookAgain(p, settledAt, now);
  const q = { ...p, createUnclearSince: undefined, unclearCreates: p.unclearCreates + 1, attempts: 0, cleanups: 0 };
  if (q.crashes >= retryPolicy.maxCrashes) return undoDelivery(q, crashedTooOften, now);
  return q.unclearCreates >= maxUnclearCreates ? undoDelivery(q, noDraft, now) : q;
}
/** Each one may have left a draft. */
const maxUnclearCreates = 5;

/** A message that is still in Drafts proves nothing: it leaves them only some time after the 202. */
function notInSent(p: DeliveryProgress, now: number): DeliveryProgress {
  const settledAt = (p.sendUnclearSince ?? now) + p.plan.settleMs;
  return now < settledAt ? lookAgain(p, settledAt, now) : sendNeverKnown(p, now);
}

function lookAgain(p: DeliveryProgress, settledAt: number, now: number): DeliveryProgress {
  const q = again(p, retryPolicy.looking, 'retry', now);
  return { ...q, resumeAt: Math.min(q.resumeAt, settledAt) };
}

function uploadOver(p: DeliveryProgress, upload: UploadOver, now: number): DeliveryProgress {
  const over = [...p.over.filter(({ id }) => id !== upload.id), upload];
  const q = fresh({ ...p, over, polling: false });
  const problem = problemOf(upload, p.plan.send);
  if (problem !== undefined) return undoDelivery(q, problem, now);
  return notingDelivery(q, now, 'attached', `${over.length} of ${p.plan.uploads.length}`);
}

/** Why an upload keeps the delivery from going on. A single upload is only cancelled with its delivery. */
function problemOf(upload: UploadOver, send: boolean): 'cancelled' | Problem | undefined {
  if (upload.status === 'cancelled') return 'cancelled';
  if (upload.status === 'failed') {
    const problem: Problem = upload.problem ?? { code: 'Internal', detail: 'It left no reason.' };
    return { ...problem, detail: `The file ${upload.name} (upload ${upload.id}) was not attached. ${problem.detail}` };
  }
  if (upload.verified || !send) return undefined;
  return {
    code: 'VerificationFailed',
    detail: `The file ${upload.name} (upload ${upload.id}) was attached, but could not be read back and compared, so the message was not sent.`,
  };
}

function removed(p: DeliveryProgress, now: number): DeliveryProgress {
  if (p.asked?.do === 'takeBack') {
    const takenBack = [...p.takenBack, p.asked.uploadId];
    return fresh({ ...notingDelivery(p, now, 'attachmentRemoved'), takenBack });
  }
  return fresh({ ...notingDelivery(p, now, 'draftDeleted'), draftGone: true, item: null });
}

function throttled(p: DeliveryProgress, said: Said<'throttled'>, now: number): DeliveryProgress {
  // timers fire up to a second early; the service's word is the floor
  const floorMs = said.retryAfterMs === undefined ? 0 : said.retryAfterMs + 1000;
  if (isCleanup(p.asked)) return cleanupFailed(p, now, 1, floorMs);
  const q =
    said.retryAfterMs === undefined
      ? again(p, retryPolicy.throttled, 'throttled', now)
      : { ...p, attempts: p.attempts + 1, resumeAt: now + floorMs, waitingFor: 'throttled' as const };
  const noted = notingDelivery(q, now, 'throttled', `for ${Math.ceil((q.resumeAt - now) / 1000)} s`);
  return isLook(p.asked) ? notSeen(noted, now) : noted;
}

/** It may have happened. What cannot be repeated is looked for; anything else is simply done again. */
function uncertain(p: DeliveryProgress, floorMs: number, now: number): DeliveryProgress {
  if (isCleanup(p.asked)) return cleanupFailed(p, now, 1, floorMs);
  const soon = { resumeAt: now + 500, waitingFor: 'retry' as const, attempts: 0 };
  if (p.asked?.do === 'createDraft')
    return { ...notingDelivery(p, now, 'reconciling', 'draft'), ...soon, createUnclearSince: now };
  if (p.asked?.do === 'sendMessage')
    return { ...notingDelivery(p, now, 'reconciling', 'send'), ...soon, sendUnclearSince: now };
  const q = again(p, retryPolicy.transient, 'retry', now, floorMs);
  if (isLook(p.asked)) return notSeen(q, now);
  return p.asked?.do === 'attach' ? { ...q, polling: true } : q;
}

/** The looking itself got no answer: it asks again until the deadline, then the outcome stays unknown. */
function notSeen(p: DeliveryProgress, now: number): DeliveryProgress {
  if (now < p.plan.deadlineAt || p.attempts < minLooks) return p;
  return p.asked?.do === 'findDraft' ? draftNeverKnown(p, now) : sendNeverKnown(p, now);
}
const minLooks = 5;

function notFound(p: DeliveryProgress, now: number): DeliveryProgress {
  if (isCleanup(p.asked)) return cleanupFailed(p, now, 1);
  if (isLook(p.asked)) return notSeen(again(p, retryPolicy.transient, 'retry', now), now);
  // a young draft is not seen everywhere at once (facts/outlook.md, trap 14)
  const q = { ...p, notFounds: p.notFounds + 1 };
  return q.notFounds < 5 ? again(q, retryPolicy.transient, 'retry', now) : undoDelivery(q, itemNotFound, now);
}

function refused(p: DeliveryProgress, why: Problem, now: number): DeliveryProgress {
  if (isCleanup(p.asked)) return cleanupFailed(p, now, 3);
  if (isLook(p.asked)) return notSeen(again(p, retryPolicy.incident, 'retry', now), now);
  return undoDelivery(p, why, now);
}

/** What it may have done is unclear like a lost reply; too often in a row is a fault of ours. */
function crashed(p: DeliveryProgress, now: number): DeliveryProgress {
  const q = uncertain({ ...p, crashes: p.crashes + 1 }, 0, now);
  const looksOnly = q.createUnclearSince !== undefined || q.sendUnclearSince !== undefined;
  if (p.undoing || q.undoing || looksOnly || q.crashes < retryPolicy.maxCrashes) return q;
  return undoDelivery(q, crashedTooOften, now);
}

const itemNotFound: Problem = {
  code: 'ItemNotFound',
  detail: 'The service does not know this item. Check its id; ids change when an item moves, also from Drafts to Sent.',
};
const noDraft: Problem = {
  code: 'ServiceUnavailable',
  detail:
    'The service gave no answer when the draft was made, again and again, and no draft was found. Ask again later.',
};
const crashedTooOften: Problem = {
  code: 'Internal',
  detail: 'A step of this delivery failed again and again by a fault of the app. See its log, then ask again.',
};
