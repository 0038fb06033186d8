import type { UploadRecord } from '../../src/core/upload/record';
import type { World } from './world';

/**
 * Whether an upload that ended as OutcomeUnknown could have known: when it ended, all that it had sent had come and could be seen,
 * its blob was there to be compared, and of its last looks at the item both a list and a content were true answers.
 */
export function wasDecidable(world: World, { id, end }: UploadRecord): boolean {
  const { service, scenario, conduct, blob } = world;
  if (end?.error?.code !== 'OutcomeUnknown') return false;
  const isUnreadable = scenario.traits?.value === 'never' || scenario.traits?.value === 'empty';
  if (isUnreadable || blob.isGone || service.hiddenUntil > end.endedAt) return false;
  const ours = [...service.attachments, ...service.removed].filter(({ by }) => by === id);
  const isLate = ours.some((one) => Math.max(one.attachedAt, one.listedFrom, one.valueFrom) > end.endedAt);
  return !isLate && conduct.hasSeen(id, ours.length > 0);
}
