import type { SealedSession } from '../wire/session';
import type { UploadRecord } from './record';

/** A record as version 0.1 wrote it. */
interface OldRecord extends Omit<UploadRecord, 'facts' | 'run' | 'resumes'> {
  readonly claimedBy?: string;
  readonly session?: SealedSession;
  readonly unclosed?: readonly SealedSession[];
  readonly intents: readonly string[];
  /** Ids of attachments of the upload's own name. */
  readonly baseline?: readonly string[];
}

/**
 * A stored record in today's form. An upload that version 0.1 had begun goes on from the facts: what it may have sent is
 * searched for. `hash` is what `facts.before` holds of an id.
 */
export function readUploadRecord(stored: unknown, hash: (id: string) => string): UploadRecord {
  const record = stored as UploadRecord | OldRecord;
  if ('facts' in record) return record;
  const { claimedBy, session, unclosed = [], intents, baseline, ...rest } = record;
  const sessions = [...(session ? [session] : []), ...unclosed].map(({ sealedUrl, expiresAt }) => ({
    sealedUrl,
    expiresAt,
  }));
  return {
    ...rest,
    ...(claimedBy === undefined ? {} : { run: { epoch: 1, execution: claimedBy, fence: 0, by: '' } }),
    resumes: 0,
    facts: {
      ...(baseline ? { before: baseline.map(hash), beforeOfName: true } : {}),
      commits: intents.length > 0 ? 1 : 0,
      sessions,
    },
  };
}
