import type { UploadRecord } from '../../src/core/upload/record';
import { settleMs } from './scenario';
import type { World } from './world';

/**
 * Whether an upload that ended as OutcomeUnknown could have known: after all that it had sent had come and could be seen, or after
 * SETTLE where nothing had come, it was given a true list, and where there was something of it, its true content.
 */
export function wasDecidable(world: World, { id, end }: UploadRecord): boolean {
  const { service, conduct, blob } = world;
  if (end?.error?.code !== 'OutcomeUnknown' || blob.isGone) return false;
  const ours = [...service.attachments, ...service.removed].filter(({ by }) => by === id);
  const sentAt = conduct.lastSentAt(id) + (ours.length === 0 ? settleMs : 0);
  const seenFrom = Math.max(sentAt, ...ours.flatMap((one) => [one.attachedAt, one.listedFrom, one.valueFrom]));
  return conduct.hasSeen(id, 'list', seenFrom) && (ours.length === 0 || conduct.hasSeen(id, 'value', seenFrom));
}
