import type { Item } from '../../core/items/path';
import { openSessions, UploadRecord, withoutSessions } from '../../core/upload/record';
import { Failure, readFailure } from '../../core/wire/failure';
import type { SealedSession } from '../../core/wire/session';
import { readClosed } from '../../core/wire/success';
import type { Dependencies } from '../../dependencies';
import { updateRecord } from '../jobs/records';

type Closing = Pick<Dependencies, 'records' | 'secrets' | 'sessions' | 'clock'>;

/** DELETEs the session of a URL; 404 and 410 are fine: it is gone. */
export async function closeUrl(
  url: string,
  item: Item,
  deps: Pick<Closing, 'sessions' | 'clock'>,
): Promise<{ readonly kind: 'closed' } | Failure> {
  const reply = await deps.sessions(item).cancel(url);
  const failure = readClosed(reply) ?? readFailure('closeSession', reply, deps.clock());
  return failure.kind === 'gone' ? { kind: 'closed' } : failure;
}

/** The same by its seal. `sealed`: no key opens it any more, so the session stays until it expires. */
async function closeSession(
  id: string,
  item: Item,
  { sealedUrl }: SealedSession,
  deps: Closing,
): Promise<{ readonly kind: 'closed' } | { readonly kind: 'sealed' } | Failure> {
  const url = deps.secrets.open(sealedUrl, id);
  return url === undefined ? { kind: 'sealed' } : closeUrl(url, item, deps);
}

/**
 * Closes all sessions of an upload that may be open, and `named` beside those on the record. What is closed goes off the record.
 * Returns the first failure, or undefined where nothing is left that could be closed.
 */
export async function closeSessions(
  { id, facts }: UploadRecord,
  item: Item,
  named: SealedSession | undefined,
  deps: Closing,
): Promise<Failure | undefined> {
  const open = openSessions(facts, deps.clock());
  const all = named && !open.some(({ sealedUrl }) => sealedUrl === named.sealedUrl) ? [named, ...open] : open;
  const closed = new Set<string>();
  let failure: Failure | undefined;
  for (const session of named ? all.filter(({ sealedUrl }) => sealedUrl === named.sealedUrl) : all) {
    const said = await closeSession(id, item, session, deps);
    if (said.kind === 'closed') closed.add(session.sealedUrl);
    else if (said.kind !== 'sealed') failure ??= said;
  }
  const isOld = facts.sessions.length > open.length;
  if (closed.size > 0 || isOld) {
    await updateRecord(deps.records, id, (record) => ({
      ...record,
      facts: withoutSessions(record.facts, closed, deps.clock()),
    }));
  }
  return failure;
}
