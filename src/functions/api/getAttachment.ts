import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { UploadError } from '../../core/errors';
import { refuseOtherParameters } from './query';
import { HttpDependencies, serve } from './serve';
import { attachmentOfRoute, refusedByService } from './uploadAttachment';

/** GET /api/uploads/{id}/attachment: Graph's metadata of what was attached, and its Graph path. */
export async function getAttachment(
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  refuseOtherParameters(request, ['$select']);
  const select = parseSelect(request.query.getAll('$select'));
  const { item, id, graphPath } = await attachmentOfRoute(request, deps);
  const reply = await deps.attachments.metadata(item, id, select);
  if (reply.kind === 'reply' && reply.status === 400 && select !== undefined) throw new UploadError(wrongSelect);
  if (reply.kind === 'fault' || reply.status >= 300 || !isObject(reply.json))
    return refusedByService('metadata', reply, request, context, deps.clock());
  return { status: 200, headers: { 'cache-control': 'no-store' }, jsonBody: { ...reply.json, graphPath } };
}

/** Passed through as it is, but not where it would bring the bytes along: they may be 150 MB. */
function parseSelect(given: readonly string[]): string | undefined {
  const [select] = given;
  if (select === undefined) return undefined;
  if (given.length > 1 || select.trim() === '' || select.length > 1000) throw new UploadError(wrongSelect);
  if (/contentbytes|\*/i.test(select)) throw new UploadError(bytesSelected);
  return select;
}

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null;

const selectProblem = (detail: string) =>
  ({ code: 'InvalidRequest', detail: `$select: ${detail}`, errors: [{ pointer: '$select', detail }] }) as const;
const wrongSelect = selectProblem(
  'Microsoft Graph takes properties that every attachment has, such as id,name,contentType,size,isInline.',
);
const bytesSelected = selectProblem('The bytes come from …/attachment/$value, not from contentBytes.');

serve('getAttachment', getAttachment);
