import type { HttpRequest } from '@azure/functions';
import { Problem, UploadError } from '../../core/errors';

const maxBodyBytes = 4 * 1024 * 1024;

/** The request's JSON, not yet checked. Refuses another content type (415), over 4 MiB (413), and what is no JSON (400). */
export async function readJson(request: HttpRequest): Promise<unknown> {
  const mediaType = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new UploadError(notJsonType);
  const body = await jsonOf(request, maxBodyBytes);
  if ('fault' in body) throw new UploadError(problems[body.fault]);
  return body.json;
}

export type BodyFault = 'tooLarge' | 'empty' | 'notJson' | 'tooDeep';

/** The body's JSON in UTF-8, or why there is none that can be worked with. */
export async function jsonOf(
  request: HttpRequest,
  mostBytes: number,
): Promise<{ readonly json: unknown } | { readonly fault: BodyFault }> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return { fault: 'tooLarge' };
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > mostBytes) return { fault: 'tooLarge' }; // the header may lie or be missing
  if (bytes.byteLength === 0) return { fault: 'empty' };
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isDeeperThan(deepest, json) ? { fault: 'tooDeep' } : { json };
  } catch {
    return { fault: 'notJson' };
  }
}

/** Parsing goes to any depth, printing and comparing do not: they overflow the stack. */
export const deepest = 100;

function isDeeperThan(levels: number, json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
    );
  }
  return false;
}

const notJsonType: Problem = {
  code: 'UnsupportedMediaType',
  detail: 'Send JSON with Content-Type: application/json.',
};
const tooLarge: Problem = {
  code: 'RequestTooLarge',
  detail: 'A request’s body has at most 4 MiB. Files go by way of a blob.',
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
const problems: Readonly<Record<BodyFault, Problem>> = { tooLarge, empty: notJson, notJson, tooDeep };
