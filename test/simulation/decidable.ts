import type { UploadRecord } from '../../src/core/upload/record';
import { settleMs } from './scenario';
import { ModelAttachment, sha256 } from './service';
import type { World } from './world';

/**
 * Whether an upload that ended as OutcomeUnknown could have known. Where something of it had come, it was told of a true list and
 * of its true content after both could be seen. Where nothing had come, it was told of a true list at two times SETTLE after its
 * last commit: what comes late is searched for once more then. Other bytes are no proof: without an id the file may still come.
 * Nobody can tell whose it is where another upload of this name has left what looks the same, and no end names it.
 */
export function wasDecidable(world: World, { id, end, facts }: UploadRecord): boolean {
  const { service, conduct, blob } = world;
  if (end?.error?.code !== 'OutcomeUnknown' || blob.isGone) return false;
  if (service.hollow.some(({ by }) => by === id)) return false; // its two words contradict each other
  const ours = [...service.attachments, ...service.removed].filter(({ by }) => by === id);
  if (ours.some(({ bytes }) => sha256(bytes) !== sha256(world.bytes))) return false;
  if (ours.length === 0 && world.service.attachments.some((one) => looksLikeIt(one, id, world))) return false;
  const sentAt = Math.max(conduct.lastSentAt(id), facts.lastCommitAt ?? 0);
  if (ours.length === 0) return conduct.hasSeen(id, 'list', sentAt + 2 * settleMs);
  const seenFrom = Math.max(sentAt, ...ours.flatMap((one) => [one.attachedAt, one.listedFrom, one.valueFrom]));
  return conduct.hasSeen(id, 'list', seenFrom) && conduct.hasSeen(id, 'value', seenFrom);
}

function looksLikeIt({ by, id, bytes }: ModelAttachment, uploadId: string, world: World): boolean {
  const [own, other] = [world.records.find(uploadId), world.records.find(by)];
  if (by === uploadId || !other || other.end?.attachment?.id === id) return false;
  const { value } = world.scenario.traits ?? {};
  const isSame = value === 'never' || value === 'empty' || sha256(bytes) === sha256(world.bytes);
  return isSame && other.request.name === own?.request.name;
}
