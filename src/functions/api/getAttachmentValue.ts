import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import contentDisposition from 'content-disposition';
import { MiB } from '../../core/byteRange';
import { UploadError } from '../../core/errors';
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
