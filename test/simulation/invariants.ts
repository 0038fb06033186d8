import type { UploadEnd, UploadRecord } from '../../src/core/upload/record';
import { phaseAt } from '../../local/outlook/uploadSessions';
import type { Fault } from './faults';
import { settleMs } from './scenario';
import { ModelAttachment, sha256 } from './service';
import type { World } from './world';

/** After the deadline: what taking back may take. */
const cleanupMs = 60 * 60_000;
/** Until an orchestration that is stuck is found and started again. */
export const stuckMs = 35 * 60_000;

/**
 * How often the watch may have to end an orchestration that stands still: where the platform does nothing, or where a build has taken
 * up a history of another one and is taken back, so that the history fits neither.
 */
export const stuckTimes = (faults: readonly Fault[]): number =>
  faults.filter((fault) => fault.do === 'stick').length + Math.floor(faults.filter(isDeployment).length / 2);
const isDeployment = ({ do: what }: Fault): boolean =>
  typeof what === 'string' && (what.startsWith('deploy') || what === 'rollBack');

/** What must hold when everything is over, however it went; what does not, in words. */
export function violations(world: World): string[] {
  const wrong = [...world.leaks.map((where) => `the upload URL leaked into: ${where}`), ...world.conduct.wrong];
  if (stuckTimes(world.faults.chosen) === 0) wrong.push(...world.conduct.overdue);
  if (!world.service.attachments.some(({ by }) => by === 'stranger')) wrong.push("a stranger's attachment was removed");
  const right = sha256(world.bytes);
  const isUndone = (by: string): boolean =>
    world.records.all().some(({ id, end }) => id === by && end?.status !== 'succeeded');
  if (
    world.service.removed.some(({ by, bytes }) => sha256(bytes) === right && !isUndone(by) && copies(world, by) === 0)
  )
    wrong.push('the only copy with the right bytes was removed');
  for (const record of world.records.all())
    wrong.push(...ofUpload(world, record).map((text) => `${record.id}: ${text}`));
  return wrong;
}

const copies = (world: World, by: string): number => world.service.attachments.filter((one) => one.by === by).length;

function ofUpload(world: World, record: UploadRecord): string[] {
  const { end } = record;
  if (!end) return ['never ended'];
  const ours = world.service.attachments.filter((one) =>
    one.by === record.id ? !isBeyondSearch(one, end, world) : isAdopted(one, end, world),
  );
  const told = [...(end.error?.leftBehind ?? []), ...end.warnings.map(({ code, detail }) => `${code}: ${detail}`)];
  const isTold = (what: string): boolean => told.some((text) => text.includes(what));
  // a damaged copy that only its name could tell stays, and is told by its id
  const untold = ours.filter(({ id }) => !isTold(`attachment ${id}`));
  const right = untold.filter(({ bytes }) => sha256(bytes) === sha256(world.bytes));
  const wrong: string[] = [];
  const count = `${ours.length} attachments of ours, ${untold.length} of them not told, ${right.length} with the right bytes`;
  const mayBeMore = isTold('perhaps a second attachment');
  if (end.status === 'succeeded') {
    // what could never be read back stays, and is told
    const good = isTold('NotVerified') ? untold : right;
    if (isTold('NotVerified') && isHollow(world, record.id))
      return openSessions(world, record, isTold('pload session'));
    if (good.length < 1 || (untold.length !== 1 && !mayBeMore)) wrong.push(`succeeded with ${count}`);
    const id = end.attachment?.id;
    if (id !== null && !good.some((one) => one.id === id)) wrong.push('succeeded with an id that no list gives');
    const { verified = false, sha256: digest } = end.attachment ?? {};
    if (verified && digest !== sha256(world.bytes)) wrong.push('told another SHA-256');
  } else if (end.error?.code === 'OutcomeUnknown') {
    // more than one only where it is told, after a commit that came when SETTLE was over
    const isMore = /more than once/.test(end.error.detail);
    if (untold.length > 1 && !isMore) wrong.push(`OutcomeUnknown with ${count}`);
  } else if (end.status === 'cancelled' ? ours.length > 0 : untold.length > 0) {
    wrong.push(`${end.status} (${end.error?.code ?? ''}) with ${count}`);
  }
  const removed = world.service.removed.filter(({ by }) => by === record.id);
  const hasRemovedWrong = end.timeline.some(({ event }) => event === 'wrongBytesRemoved');
  if (hasRemovedWrong && removed.every(({ bytes }) => sha256(bytes) === sha256(world.bytes)))
    wrong.push('right bytes were removed as wrong ones');
  const { createdAt, policy } = record.request;
  if (record.state !== end.status) wrong.push(`state ${record.state}, ended as ${end.status}`);
  const stuckForMs = stuckMs * stuckTimes(world.faults.chosen);
  if (end.endedAt > createdAt + policy.deadlineMs + cleanupMs + stuckForMs) wrong.push('ended long after its deadline');
  return [...wrong, ...openSessions(world, record, isTold('pload session'))];
}

/** All that it heard of its attachment was the service's 201: no list, and no other word of it, came before the end. */
const isHollow = ({ service, conduct }: World, id: string): boolean =>
  service.hollow.some((one) => one.by === id && !conduct.hasSeen(id, 'list', one.attachedAt));

/**
 * Where the answer to a commit was lost with its orchestration, nobody can find what lists show only after SETTLE, or after two of
 * them where the request itself came late, nor what a service took for complete too early: it is too short to be the file.
 */
function isBeyondSearch(one: ModelAttachment, { status, attachment }: UploadEnd, world: World): boolean {
  const { sentAt, attachedAt, listedFrom, bytes, id, by } = one;
  const isLost = world.faults.chosen.some(({ on }) => on === 'moment' || on === 'activity' || on === 'records');
  const isKept = status === 'succeeded' && (attachment?.id === id || copies(world, by) === 1);
  const isTooLate = listedFrom - attachedAt > settleMs || listedFrom - sentAt > 2 * settleMs;
  return isLost && !isKept && (isTooLate || bytes.length < world.bytes.length);
}

/**
 * What its own upload could not find any more, and ended without, is the file of another upload that has the same bytes and
 * finds it: nobody can tell it from the one that it sent.
 */
function isAdopted(one: ModelAttachment, { attachment }: UploadEnd, world: World): boolean {
  const owner = world.records.all().find(({ id }) => id === one.by)?.end;
  return attachment?.id === one.id && owner !== undefined && isBeyondSearch(one, owner, world);
}

/**
 * Sessions whose URL reached us and that are open, also those that no key opens any more. An end cannot tell of those that a late
 * run brought after it: they are on the record, and the watch goes on closing them.
 */
function openSessions(world: World, record: UploadRecord, isTold: boolean): string[] {
  const open = world.service.sessions.filter(
    (one) =>
      one.by === record.id &&
      one.isKnown() &&
      phaseAt(one.state, world.clock.now) === 'open' &&
      !isAfterEnd(world, record, one.url),
  );
  return open.length > 0 && !isTold ? [`${open.length} sessions left open`] : [];
}

const isAfterEnd = ({ secrets }: World, { end, facts }: UploadRecord, url: string): boolean =>
  facts.sessions.length > 0 && (secrets.writtenAt(url) ?? 0) > (end?.endedAt ?? Infinity);
