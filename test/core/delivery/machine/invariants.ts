import type { Run } from './simulate';

const minute = 60_000;

/** What must hold when everything is over, however it went. */
export function violations({ schedule, plan, service, end, endedAt, failedLooks }: Run): string[] {
  const { mailbox, target, uploads, isSendLost, isLateCreate } = service;
  const wrong: string[] = [];
  if (!end) return ['never ended'];
  const told = [...(end.warnings ?? []).map(({ detail }) => detail), ...(end.error?.leftBehind ?? [])];
  const isTold = (what: string): boolean => told.some((text) => text.includes(what));
  const announced = schedule.announces === 'notify' ? mailbox.notifications : mailbox.sends;

  if (announced > 1) wrong.push(`announced ${announced} times`);
  if (schedule.announces === null && announced > 0) wrong.push('sent unasked');
  if (mailbox.sentWithout.length > 0) wrong.push(`sent without ${mailbox.sentWithout.join()}`);
  if (end.sent === true && announced !== 1) wrong.push(`says sent, was ${announced} times`);
  if (end.sent === false && announced !== 0) wrong.push('says not sent, was sent');
  const isOpen = isSendLost || failedLooks >= 8 || (schedule.announces === 'notify' && !schedule.takesMarks);
  if (end.sent === null && !isOpen) wrong.push('unknown, though it could be known');
  if (end.sent === null && end.error?.code !== 'OutcomeUnknown') wrong.push('unknown by another code');
  if (end.status === 'succeeded' && schedule.announces !== null && end.sent !== true) wrong.push('succeeded unsent');
  if ((end.status === 'failed') !== (end.error !== undefined))
    wrong.push('a reason without a failure, or none for one');
  if (end.status === 'cancelled' && end.sent !== false) wrong.push('cancelled, and sent');
  if (endedAt > plan.deadlineAt + 240 * minute) wrong.push('ended long after its deadline');
  if (uploads.some((upload) => !upload.end)) wrong.push('an upload never ended');
  if (end.status === 'succeeded' && uploads.some((upload) => upload.end?.status !== 'succeeded'))
    wrong.push('succeeded without a file');

  const stays =
    end.status === 'succeeded' ||
    end.sent === null ||
    (end.status === 'failed' && (schedule.keepOnFailure || end.error?.code === 'SendLimitExceeded'));
  const ours = mailbox.mails.filter(({ isOurs }) => isOurs);
  if (!isLateCreate) {
    const main = stays ? 1 : 0;
    const untold = ours.filter(({ id }) => !isTold(`draft ${id}`) && !isTold(`message ${id}`)).length;
    if (untold > main && !isTold('perhaps a second draft') && !isTold('perhaps a draft'))
      wrong.push(`${end.status}, and ${untold} drafts of ours are there`);
  }
  if (stays && end.status === 'succeeded' && target === undefined && ours.length === 0) wrong.push('its draft is gone');
  if (target && !stays) {
    const left = target.files.filter((id) => !isTold(`attachment ${id}`));
    if (left.length > 0 && !isTold('under way')) wrong.push(`${end.status}, and ${left.join()} is still there`);
  }
  return wrong;
}
