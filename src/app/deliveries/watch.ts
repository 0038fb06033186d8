import { problems } from '../../core/delivery/machine/problems';
import { deliveryEnded } from '../../core/delivery/log';
import type { DeliveryEnd, DeliveryRecord } from '../../core/delivery/record';
import { deliveryItem } from '../../core/delivery/resource';
import type { Dependencies } from '../../dependencies';
import { orchestratorNames } from '../../orchestrators/contract';
import { deliveryMailboxHash } from '../log';
import { updateRecord } from '../jobs/records';
import { Watched, watchJobs, WatchTools } from '../jobs/watch';
import { cancelUploads } from './cancel';

type Watching = Pick<Dependencies, 'deliveries' | 'records' | 'clock'>;

/** What an insert left that died on its way is older than any insert can last. */
const unfinishedMs = 60 * 60_000;

/** Looks after deliveries that nobody works on. */
export async function watchDeliveries(deps: Watching, tools: WatchTools): Promise<void> {
  await watchJobs(watchedDeliveries(deps, tools), tools);
  await deps.deliveries.repair(deps.clock() - unfinishedMs);
}

const watchedDeliveries = (deps: Watching, { instances, log }: WatchTools): Watched<DeliveryRecord> => ({
  orchestrator: orchestratorNames.deliver,
  listActive: (choose) => deps.deliveries.listActive(choose),
  get: async (id) => (await deps.deliveries.get(id))?.value,
  awaitsItsTurn: () => false,
  mayCancel: () => true,
  endHopeless: async (record) => {
    await cancelUploads(record, deps, instances); // nobody else would begin or end them
    const end = (now: DeliveryRecord) => (now.end ? undefined : hopeless(now, deps.clock()));
    const ended = await updateRecord(deps.deliveries, record.id, end);
    const line = ended && deliveryEnded(ended, deliveryMailboxHash(ended));
    if (line) log?.(line);
  },
});

/** What cannot be worked on ends, and says what is known: it may have been sent. What it attached stays. */
function hopeless(record: DeliveryRecord, now: number): DeliveryRecord {
  const { facts, request } = record;
  const isOpen = facts.sendsBegun > 0 && facts.sentAt === undefined;
  const unknown = request.notifyAttendees ? problems.notifyUnknown : problems.sendUnknown;
  const leftBehind = facts.draft ? [`draft ${facts.draft.item}`] : [];
  const end: DeliveryEnd = {
    status: facts.sentAt === undefined ? 'failed' : 'succeeded',
    item: deliveryItem(record),
    sent: isOpen ? null : facts.sentAt !== undefined,
    ...(facts.sentAt === undefined ? { error: { ...(isOpen ? unknown : problems.fault), leftBehind } } : {}),
    ...(facts.sentAt === undefined ? {} : { sentAt: facts.sentAt }),
    timeline: [{ at: now, event: 'givenUp' }],
    endedAt: now,
  };
  const { checkpoint: _checkpoint, ...rest } = record;
  return { ...rest, state: end.status, end, updatedAt: now };
}
