import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { ownFolder } from '../../app/access/refusals';
import { refuseWhileClosed } from '../../app/intake/closed';
import { MiB } from '../../core/byteRange';
import { stagedContainer } from '../../core/nylas/session';
import { Problem, UploadError } from '../../core/errors';
import type { Settings } from '../../settings';
import { readJson, smallBodyBytes } from './body';
import { check, refuseFaults } from './check';
import { fileBody } from './schemas';
import { HttpDependencies, serve } from './serve';

const urlLifeMs = 60 * 60 * 1000;
/** A good size for a client that puts blocks in parallel. */
const blockBytes = 4 * MiB;

/** POST /api/files: a place for a client's bytes, and a URL that can write them there and nothing else. */
export async function createFile(request: HttpRequest, deps: HttpDependencies): Promise<HttpResponseInit> {
  const checked = check(fileBody, await readJson(request, () => smallBodyBytes));
  refuseFaults(checked.ok ? [] : checked.faults);
  if (!checked.ok) throw new Error('unreachable: faults were thrown');
  const { name, size } = checked.value;
  const refusal = refusalOfFile(size, deps.settings);
  if (refusal) throw new UploadError(refusal);
  refuseWhileClosed(deps.settings);
  const blobName = `${deps.staged.folderOf(ownFolder(deps.caller, randomUUID()))}/${name}`;
  const expiresAt = deps.clock() + urlLifeMs;
  return {
    status: 201,
    headers: { 'cache-control': 'no-store' },
    jsonBody: {
      blob: `${stagedContainer}/${blobName}`,
      uploadUrl: await deps.staged.uploadUrl(blobName, 'anyWrite', expiresAt),
      expiresAt: new Date(expiresAt).toISOString(),
      blockSize: blockBytes,
    },
  };
}

/** What POST /api/uploads would say of such a blob later. */
function refusalOfFile(size: number | undefined, settings: Settings): Problem | undefined {
  if (!settings.allowedContainers.includes(stagedContainer)) {
    const detail = `The container ${stagedContainer} is not among those that the app may read (ALLOWED_CONTAINERS).`;
    return { code: 'ContainerNotAllowed', detail };
  }
  if (size === 0) return { code: 'EmptyBlob', detail: 'The file is empty: Outlook takes no empty attachment.' };
  if (size !== undefined && size > settings.maxAttachmentBytes) {
    const detail = `${size} bytes are more than the ${settings.maxAttachmentBytes} that an attachment may have.`;
    return { code: 'AttachmentTooLarge', detail };
  }
  return undefined;
}

serve('createFile', createFile);
