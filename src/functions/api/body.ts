import type { HttpRequest } from '@azure/functions';
import { Problem, UploadError } from '../../core/errors';
import { deepest, jsonExcess, mostValues } from './jsonScan';

const maxBodyBytes = 4 * 1024 * 1024;
/** Names, paths and options alone: only a Graph resource or message needs more. */
export const smallBodyBytes = 64 * 1024;

/**
 * The request's JSON, not yet checked. Refuses another content type (415), over 4 MiB (413), and what is no JSON (400).
 * `limitOf` says how many bytes this body may have, by what is in it.
 */
export async function readJson(request: HttpRequest, limitOf: (json: unknown) => number): Promise<unknown> {
  if (mediaTypeOf(request) !== 'application/json') throw new UploadError(notJsonType);
  return accept(await jsonOf(request, maxBodyBytes), limitOf);
}

/** The same for a request that needs no body: undefined where it has none. */
export async function readOptionalJson(request: HttpRequest, limitOf: (json: unknown) => number): Promise<unknown> {
  const body = await jsonOf(request, maxBodyBytes);
  if ('fault' in body && body.fault === 'empty') return undefined;
  if (mediaTypeOf(request) !== 'application/json') throw new UploadError(notJsonType);
  return accept(body, limitOf);
}

const mediaTypeOf = ({ headers }: HttpRequest): string | undefined =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();

function accept(body: Awaited<ReturnType<typeof jsonOf>>, limitOf: (json: unknown) => number): unknown {
  if ('fault' in body) throw new UploadError(problems[body.fault]);
  const limit = limitOf(body.json);
  if (body.bytes > limit) throw new UploadError(tooLargeFor(limit));
  return body.json;
}

export type BodyFault = 'tooLarge' | 'encoded' | 'empty' | 'notJson' | 'tooDeep' | 'tooMany';

/** The body's JSON in UTF-8 and its length, or why there is none that can be worked with. */
export async function jsonOf(
  request: HttpRequest,
  mostBytes: number,
): Promise<{ readonly json: unknown; readonly bytes: number } | { readonly fault: BodyFault }> {
  if (/[^\s,]/.test(request.headers.get('content-encoding')?.replace(/identity/gi, '') ?? ''))
    return { fault: 'encoded' };
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return { fault: 'tooLarge' };
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > mostBytes) return { fault: 'tooLarge' }; // the header may lie or be missing
  if (bytes.byteLength === 0) return { fault: 'empty' };
  const excess = jsonExcess(bytes);
  if (excess) return { fault: excess };
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { json, bytes: bytes.byteLength };
  } catch {
    return { fault: 'notJson' };
  }
}

const notJsonType: Problem = {
  code: 'UnsupportedMediaType',
  detail: 'Send JSON with Content-Type: application/json.',
};
/** A small body could unpack to a large one, and nobody needs that for names and paths. */
export const encodedBody = 'The body is compressed (Content-Encoding). Send it as it is, without that header.';
const encoded: Problem = { code: 'UnsupportedMediaType', detail: encodedBody };
const tooLarge: Problem = {
  code: 'RequestTooLarge',
  detail: 'A request’s body has at most 4 MiB. Files go by way of a blob.',
};
const tooLargeFor = (limit: number): Problem => ({
  code: 'RequestTooLarge',
  detail: `This request’s body has at most ${limit} bytes. Files go by way of a blob.`,
});
const tooMany: Problem = {
  code: 'InvalidRequest',
  detail: `The JSON has more than ${mostValues} values.`,
  errors: [{ pointer: '', detail: `It must have at most ${mostValues} values.` }],
};
const tooDeep: Problem = {
  code: 'InvalidRequest',
  detail: `The JSON is nested more than ${deepest} levels deep.`,
  errors: [{ pointer: '', detail: `It must have at most ${deepest} levels.` }],
};
const notJson: Problem = {
  code: 'InvalidRequest',
  detail: 'The body is not JSON in UTF-8.',
  errors: [{ pointer: '', detail: 'It must be a JSON object.' }],
};
const problems: Readonly<Record<BodyFault, Problem>> = { tooLarge, encoded, empty: notJson, notJson, tooDeep, tooMany };
