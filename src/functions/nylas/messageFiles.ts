import { randomUUID } from 'node:crypto';
import type { WantedFile } from '../../core/delivery/request';
import { faultOf, NylasError } from '../../core/nylas/error';
import type { Grant } from '../../core/nylas/grant';
import { isShownIn, NylasAttachment, NylasMessage } from '../../core/nylas/message';
import { NylasSession, refusalOfUse } from '../../core/nylas/session';
import { inOneMessage } from './nylasBody';
import type { HttpDependencies } from '../api/serve';

type Uploaded = Extract<NylasAttachment, { kind: 'uploaded' }>;
type Content = Extract<NylasAttachment, { kind: 'content' }>;

/**
 * The files of a message as a delivery takes them. All that can be refused is refused first; then small ones become blobs,
 * so that nothing durable ever holds their bytes. What is staged for a call that then fails is cleaned up a day later.
 */
export async function messageFiles(message: NylasMessage, grant: Grant, deps: HttpDependencies): Promise<WantedFile[]> {
  const { attachments } = message;
  const sessions = await Promise.all(
    attachments.map(async (each) => (each.kind === 'uploaded' ? deps.nylas.sessions.get(each.id) : undefined)),
  );
  const faults = attachments.flatMap((each, at) => {
    const fault = faultOfFile(each, sessions[at]?.value, grant, deps);
    return fault === undefined ? [] : [`attachments[${at}]: ${fault}.`];
  });
  if (faults.length > 0) throw new NylasError(faultOf(400, 'mail', inOneMessage(faults)));
  const folder = deps.staged.folderOf(randomUUID());
  return Promise.all(
    attachments.map(async (each, at) => ({
      ...(each.kind === 'uploaded'
        ? uploadedFile(each, sessions[at]?.value)
        : await stagedFile(each, `${folder}/${at}`, deps)),
      isInline: isShownIn(message, each.contentId),
      ...(each.contentId === undefined ? {} : { contentId: each.contentId }),
    })),
  );
}

function faultOfFile(
  file: NylasAttachment,
  session: NylasSession | undefined,
  grant: Grant,
  { clock, settings }: HttpDependencies,
): string | undefined {
  if (file.kind === 'uploaded') return refusalOfUse(session, grant.key, clock());
  const bytes = Buffer.byteLength(file.base64, 'base64');
  if (bytes === 0) return 'its content is empty';
  return bytes > settings.maxAttachmentBytes ? `it has more than ${settings.maxAttachmentBytes} bytes` : undefined;
}

/** The version that was pinned when the session was completed. */
function uploadedFile(file: Uploaded, session: NylasSession | undefined) {
  if (!session?.blob) throw new Error(`Session ${file.id} was ready and has no blob.`);
  const { blob, filename, contentType } = session;
  return { blob: { container: blob.container, name: blob.name }, ifMatch: blob.etag, name: filename, contentType };
}

async function stagedFile({ base64, filename, contentType }: Content, name: string, { staged }: HttpDependencies) {
  const blob = await staged.put(name, Buffer.from(base64, 'base64'), contentType);
  return { blob: { container: blob.container, name: blob.name }, ifMatch: blob.etag, name: filename, contentType };
}
