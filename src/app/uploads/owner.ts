import { mailboxOf } from '../../core/items/mailbox';
import { Item, mailboxKey } from '../../core/items/path';
import { keptBeside } from '../../core/lately';
import { minutes } from '../../core/retry';
import type { Dependencies } from '../../dependencies';

/** An owner's object id changes only with the owner. */
const keptMs = minutes(24 * 60);
/** Where the app may not ask, it asks again after this time: a grant may have come. */
const refusedMs = minutes(10);
/** An upload does not wait longer to learn under which keys it runs. */
const patienceMs = 10_000;
export const inPatience = <T>(asked: Promise<T>, sleep: Dependencies['sleep']): Promise<T | undefined> =>
  Promise.race([asked, sleep(patienceMs).then(() => undefined)]);

interface Known {
  readonly key: string;
  readonly until: number;
}
const knownOwners = keptBeside(() => new Map<string, Known>());

/**
 * One key for all names of a mailbox: the owner's object id, asked of Graph once and kept. Where that is not permitted (it takes
 * User.ReadBasic.All) or there is no answer, the name as it was written: then a mailbox under two names is two mailboxes.
 */
export async function ownerKey(
  item: Item,
  { messages, clock, sleep }: Pick<Dependencies, 'messages' | 'clock' | 'sleep'>,
): Promise<string> {
  const written = mailboxKey(item);
  const mailbox = mailboxOf(item);
  if (!mailbox || written === 'me') return written;
  const cache = knownOwners(messages);
  const found = cache.get(written);
  if (found && found.until > clock()) return found.key;
  const answer = await inPatience(messages.ownerId(mailbox), sleep);
  const isKnown = answer?.kind === 'owner';
  const key = isKnown ? answer.id.toLowerCase() : written;
  cache.set(written, { key, until: clock() + (isKnown ? keptMs : refusedMs) });
  return key;
}
