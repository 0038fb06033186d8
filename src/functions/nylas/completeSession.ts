import { NylasError, NylasFault } from '../../core/nylas/error';
import {
  alreadyComplete,
  NylasSession,
  refusalOfBytes,
  refusalOfComplete,
  sessionBlobName,
  stagedContainer,
} from '../../core/nylas/session';
import type { BlobVersion } from '../../core/blob';
import type { StagedContent } from '../../core/upload/ports';
import type { HttpDependencies } from '../api/serve';
import { NylasReply, NylasRequest, serveNylas } from './nylasWire';

/**
 * POST attachment-uploads/{id}/complete: what was put becomes the blob, and its version is pinned. 200 once, then 409; two
 * at the same instant are told apart by the session's row. A crash in between leaves a blob that the next call finds.
 */
export async function completeSession({ request, grant }: NylasRequest, deps: HttpDependencies): Promise<NylasReply> {
  const id = request.params['id'] ?? '';
  const found = await deps.nylas.sessions.get(id);
  const session = found?.value;
  refuse(refusalOfComplete(session, grant.key, deps.clock()));
  if (!found || !session) throw new Error('unreachable: it was refused');
  const blob = await whatWasPut(session, deps);
  const ready: NylasSession = { ...session, state: 'ready', blob };
  if (!(await deps.nylas.sessions.replace(id, ready, found.version, deps.clock()))) refuse(alreadyComplete);
  return { status: 200, body: { data: { attachment_id: id, grant_id: session.grant, status: ready.state } } };
}

/** The version of what was put, made a blob where it is none yet. Only what has the right size is made one. */
async function whatWasPut(session: NylasSession, { staged, settings }: HttpDependencies): Promise<BlobVersion> {
  const name = sessionBlobName(staged.folderOf(session.id));
  const look = async (): Promise<StagedContent> => {
    const content = await staged.find(name);
    const bytes = content.kind === 'missing' ? undefined : content.sizeBytes;
    refuse(refusalOfBytes(session, bytes, settings.maxAttachmentBytes));
    return content;
  };
  const committed = ({ etag }: { etag: string }): BlobVersion => ({ container: stagedContainer, name, etag });
  const content = await look();
  if (content.kind === 'committed') return committed(content);
  const made = await staged.commit(name, session.contentType);
  if (made) return made;
  const now = await look(); // somebody was quicker: an equal call, or the holder of the URL
  if (now.kind === 'committed') return committed(now);
  throw new Error('The blob was there and is gone.');
}

function refuse(fault: NylasFault | undefined): void {
  if (fault) throw new NylasError(fault);
}

serveNylas('nylasCompleteSession', 'sessions', completeSession);
