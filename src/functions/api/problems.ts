import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { httpStatusOf, Problem, UploadError } from '../../core/errors';
import { problemBody } from '../../core/upload/resource';
import type { SettingProblem } from '../../settings';

/** A problem as a response: RFC 9457, with the invocation's id for whoever asks what happened. */
export function problemResponse(
  problem: Problem,
  request: Pick<HttpRequest, 'url'>,
  { invocationId }: Pick<InvocationContext, 'invocationId'>,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const status = httpStatusOf(problem.code);
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': '5' } : {}),
      ...headers,
    },
    body: JSON.stringify({ ...problemBody(problem, pathOf(request)), requestId: invocationId }),
  };
}

/** The path that was asked for, without its query: that may hold a key. */
export const pathOf = ({ url }: Pick<HttpRequest, 'url'>): string =>
  URL.canParse(url) ? new URL(url).pathname : (url.split(/[?#]/)[0] ?? '/');

export const notConfigured = (problems: readonly SettingProblem[]): Problem => ({
  code: 'NotConfigured',
  detail: `The app is misconfigured: ${[...new Set(problems.map(({ name }) => name))].join(', ')}. Correct these settings and restart the app.`,
  errors: problems.map(({ name, detail }) => ({ pointer: name, detail })),
});

/** Whether the app's storage gave no answer, or one that nobody has thought of. */
export const isOfStorage = (cause: unknown): boolean => cause instanceof Error && cause.name === 'RestError';

/** What a handler threw, as the problem that the caller reads. The cause is logged, never told. */
export function problemOf(cause: unknown, context: InvocationContext): Problem {
  if (cause instanceof UploadError) return cause.problem;
  context.error(`${context.functionName} failed:`, withoutSecrets(cause));
  if (isOfStorage(cause)) {
    return { code: 'ServiceUnavailable', detail: 'The app’s storage gave no answer. Try again in a few seconds.' };
  }
  return {
    code: 'Internal',
    detail: `A fault of the app. Its log has more under the request id ${context.invocationId}.`,
  };
}

/** Kind, codes and places of an error. Its message stays out: it may quote a URL with a SAS, or a body. */
function withoutSecrets(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  const { code, statusCode } = cause as { code?: unknown; statusCode?: unknown };
  const codes = [code, statusCode].filter((each) => typeof each === 'string' || typeof each === 'number');
  const places = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [[cause.name, ...codes].join(' '), ...places.slice(0, 8)].join('\n');
}
