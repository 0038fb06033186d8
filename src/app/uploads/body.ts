import { kindOf } from '../../core/items/kinds';
import type { UploadRequest } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';

/** The JSON of a POST (docs/outlook-facts.md#small-post). `bytes` are the file's, or the Graph resource's own JSON. */
export function attachmentBody(request: UploadRequest, bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (request.resource) return wrap(request, text.toString('utf8'));
  return wrap(request, fileJson(request, text.toString('base64')));
}

/** The length of that JSON without making it: what decides between POST and session (docs/outlook-facts.md#request-size). */
export function attachmentBodyLength(request: UploadRequest): number {
  if (request.resource) return Buffer.byteLength(wrap(request, '')) + request.resource.jsonBytes;
  const contentLength = 4 * Math.ceil((request.sizeBytes ?? 0) / 3);
  return Buffer.byteLength(wrap(request, fileJson(request, ''))) + contentLength;
}

function fileJson(request: UploadRequest, contentBytes: string): string {
  const isTask = kindOf(itemOf(request).form).protocol === 'todo';
  return JSON.stringify({
    '@odata.type': isTask ? '#microsoft.graph.taskFileAttachment' : '#microsoft.graph.fileAttachment',
    name: request.name,
    contentType: request.contentType,
    ...(isTask ? {} : { isInline: request.isInline }),
    ...(isTask || request.contentId === undefined ? {} : { contentId: request.contentId }),
    contentBytes,
  });
}

/** A post in a group thread takes attachments only inside a reply. */
function wrap(request: UploadRequest, attachment: string): string {
  if (kindOf(itemOf(request).form).protocol !== 'reply') return attachment;
  return `{"post":{"body":{"contentType":"text","content":${JSON.stringify(request.name)}},"attachments":[${attachment}]}}`;
}
