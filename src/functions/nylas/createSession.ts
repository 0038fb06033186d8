import { randomUUID } from 'node:crypto';
import {
  NylasSession,
  sessionBlobName,
  sessionLifeMs,
  sessionResource,
  stagedContainer,
} from '../../core/nylas/session';
import { faultOf, NylasError } from '../../core/nylas/error';
import { refuseWhileClosed } from '../../app/intake/closed';
import type { HttpDependencies } from '../api/serve';
import { parsedAs, readNylasJson } from './nylasBody';
import { sessionBody } from './schemas';
import { NylasReply, NylasRequest, serveNylas } from './nylasWire';

/** POST attachment-uploads: a session, and the URL that takes its bytes by one plain PUT. */
export async function createSession(
  { request, grant, family }: NylasRequest,
  deps: HttpDependencies,
): Promise<NylasReply> {
  const maxBytes = deps.settings.maxAttachmentBytes;
  const json = await readNylasJson(request, family);
  const { filename, content_type: contentType, size } = parsedAs(sessionBody(maxBytes), json, family);
  if (!deps.settings.allowedContainers.includes(stagedContainer)) {
    throw new NylasError(
      faultOf(500, family, `The app may not read the container ${stagedContainer} (ALLOWED_CONTAINERS).`),
    );
  }
  refuseWhileClosed(deps.settings);
  const now = deps.clock();
  const session: NylasSession = {
    id: randomUUID(),
    grant: grant.text,
    mailbox: grant.key,
    filename,
    contentType,
    declaredBytes: size ?? 0,
    createdAt: now,
    expiresAt: now + sessionLifeMs,
    state: 'uploading',
  };
  const [url] = await Promise.all([
    deps.staged.uploadUrl(sessionBlobName(deps.staged.folderOf(session.id)), 'onePut', session.expiresAt),
    deps.nylas.sessions.insert(session.id, session, now),
  ]);
  return { status: 201, body: { data: sessionResource(session, url, maxBytes) } };
}

serveNylas('nylasCreateSession', 'sessions', createSession);
