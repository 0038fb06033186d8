import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { createHash } from 'node:crypto';
import contentDisposition from 'content-disposition';
import { MiB } from '../../core/byteRange';
import { Problem, UploadError } from '../../core/errors';
import { refuseOtherParameters } from './query';
import { HttpDependencies, serve } from './serve';
import { attachmentOfRoute, refusedByService, UploadAttachment } from './uploadAttachment';

/** A Functions host holds a body whole, several times over: what is larger is read from Graph itself. */
const mostBytes = 16 * MiB;

/** GET /api/uploads/{id}/attachment/$value: the bytes of what was attached. */
export async function getAttachmentValue(
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  // in the route it is a parameter: whether the host takes a $ there is not known
  if (request.params['part'] !== '$value') throw new UploadError(nothingThere);
  refuseOtherParameters(request, []);
  const attachment = await attachmentOfRoute(request, deps);
  if ((attachment.record.request.sizeBytes ?? 0) > mostBytes) throw tooLarge(attachment);
  const read = await deps.attachments.value(attachment.item, attachment.id, mostBytes);
  if (read.kind === 'tooLarge') throw tooLarge(attachment);
  if (read.kind !== 'value') {
    if (read.kind === 'reply' && read.status === 405) throw new UploadError(withoutBytes);
    return refusedByService('readBack', read, request, context, deps.clock());
  }
  const { contentType, name } = attachment.record.request;
  if (!isFile(read, attachment)) throw new UploadError(notTheFile(attachment));
  return {
    status: 200,
    headers: {
      'content-type': read.contentType ?? contentType,
      'content-disposition': contentDisposition(name.replace(/\p{Cs}/gu, '\ufffd')),
      'x-content-type-options': 'nosniff', // somebody else's bytes: never a page of this origin
      'cache-control': 'no-store',
    },
    body: read.bytes,
  };
}

/**
 * Not where it is empty or short, as answers of the service are known to be (docs/outlook-facts.md#value), or a page that
 * somebody on the way has put in its place.
 */
function isFile({ bytes, contentType }: Value, { record: { request, end } }: UploadAttachment): boolean {
  if (request.sizeBytes === null) return true; // a resource: how many bytes it has is not known
  if (bytes.byteLength < request.sizeBytes) return false;
  const isPage = isHtml(contentType ?? '') && !isHtml(request.contentType);
  const sha256 = end?.attachment?.sha256 ?? null;
  if (!isPage || (sha256 === null && bytes.byteLength === request.sizeBytes)) return true;
  return sha256 === createHash('sha256').update(bytes).digest('hex');
}

const isHtml = (contentType: string): boolean => /^\s*(text\/html|application\/xhtml)/i.test(contentType);

type Value = Extract<Awaited<ReturnType<HttpDependencies['attachments']['value']>>, { kind: 'value' }>;

const notTheFile = ({ graphPath }: UploadAttachment): Problem => ({
  code: 'ServiceUnavailable',
  detail: `Microsoft Graph did not give the whole file. Try again later, or read it from there: GET ${graphPath}/$value.`,
});

const tooLarge = ({ graphPath }: UploadAttachment): UploadError =>
  new UploadError({
    code: 'AttachmentTooLarge',
    detail: `It has more than ${mostBytes} bytes. Read it from Microsoft Graph: GET ${graphPath}/$value.`,
  });

const withoutBytes = {
  code: 'AttachmentKindNotSupported',
  detail: 'An attachment of this kind has no bytes of its own: it is a link.',
} as const;
const nothingThere = { code: 'RouteNotFound', detail: 'There is nothing at this path.' } as const;

serve('getAttachmentValue', getAttachmentValue);
