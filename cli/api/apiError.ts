import { Failure } from '../exitCodes';
import type { ProblemView } from './views';

/** The app refused a call. Its message has everything that the person needs. */
export class ApiError extends Failure {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    readonly problem: ProblemView,
  ) {
    super(problemText(problem, status));
  }
  get code(): string {
    return this.problem.code ?? '';
  }
}

/** A problem as a person reads it: the sentence first, then each wrong field, then where to look it up. */
export function problemText(problem: ProblemView, status = problem.status ?? 0): string {
  const { code, detail, errors = [], type, requestId, serviceRequestId, leftBehind = [] } = problem;
  const name = code === undefined ? `status ${status}` : `${code}, ${status}`;
  const ids = [
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
    ...(serviceRequestId === undefined ? [] : [`Microsoft's request ${serviceRequestId}`]),
  ];
  return [
    `${detail ?? 'The app gave no reason.'} (${[name, ...ids].join('; ')})`,
    // one fault alone is mostly the sentence itself
    ...errors.filter((each) => !detail?.includes(each.detail)).map((each) => `  ${each.pointer}: ${each.detail}`),
    ...(leftBehind.length > 0 ? [`  Left behind: ${leftBehind.map(asText).join('; ')}`] : []),
    ...(type?.startsWith('https:') ? [`  See ${type}`] : []),
  ].join('\n');
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Reads an answer that is no success. The host's own answers (401, 404) have no problem in them. */
export function apiErrorOf(status: number, body: unknown): ApiError {
  const isProblem = typeof body === 'object' && body !== null;
  const problem = isProblem ? (body as ProblemView) : {};
  return new ApiError(status, { ...problem, detail: problem.detail ?? plainDetail(status) });
}

function plainDetail(status: number): string {
  if (status === 401)
    return 'The app asks for a function key. Put it into BLOB_TO_OUTLOOK_KEY, or into a file and name it with --key-file.';
  if (status === 404) return 'This is not the blob-to-outlook app, or an older version of it. Check --url.';
  if (status >= 300 && status < 400)
    return 'The app redirects to another address. Give the address itself with --url (https, not http).';
  return 'The app, or something in front of it, gave an answer without a reason.';
}
