import type { Problem } from '../../errors';
import type { Warning } from '../../job/story';
import { problems } from './problems';
import type { DeliveryEnd } from '../record';
import type { In } from './progress';

/** The end as the user will read it: whether it was sent, why not, what is left behind. */
export function ended(p: In<'finishing'>, endedAt: number): DeliveryEnd {
  const { story, undoing } = p;
  const { sent, sentAt } = p.phase;
  const status = statusOf(p);
  const why: Problem = typeof undoing === 'object' ? undoing : problems.cancelledInPart;
  const warnings = [
    ...story.warnings,
    ...(status === 'failed' ? [] : story.leftBehind).map((what): Warning => ({
      code: 'LeftBehind',
      detail: `This could not be cleaned up: ${what}.`,
    })),
  ];
  return {
    status,
    item: p.item,
    sent,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(status === 'failed' ? { error: withStory(why, p) } : {}),
    warnings,
    timeline: story.timeline,
    endedAt,
  };
}

/** After `cancelled` nothing of it is at the service: where something is, it has failed. */
function statusOf({ undoing, story }: In<'finishing'>): DeliveryEnd['status'] {
  if (undoing === undefined) return 'succeeded';
  return undoing === 'cancelled' && story.leftBehind.length === 0 ? 'cancelled' : 'failed';
}

function withStory(why: Problem, { story }: In<'finishing'>): Problem {
  const leftBehind = [...(why.leftBehind ?? []), ...story.leftBehind];
  return {
    ...(story.requestId === undefined ? {} : { serviceRequestId: story.requestId }),
    ...why,
    ...(leftBehind.length > 0 ? { leftBehind } : {}),
  };
}
