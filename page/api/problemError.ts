import type { Problem } from './types';

/** Codes of the page itself, for what no answer of the app says. */
export const offline: Problem = {
  code: 'Offline',
  status: 0,
  detail: 'The app cannot be reached. Check your connection; the page keeps trying.',
  retryable: true,
};
export const keyNeeded: Problem = {
  code: 'KeyNeeded',
  status: 401,
  detail: 'This app shows and does nothing without a valid function key.',
};

/** A request that did not do what was asked, with the reason. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Any failure as a problem that can be shown. */
export function problemOf(cause: unknown): Problem {
  if (cause instanceof ProblemError) return cause.problem;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { code: 'PageFault', status: 0, detail: `The page met an error of its own: ${detail}` };
}

/** The problem in an answer's body; where the body is none (a proxy's page, an empty 500), one made from the status. */
export function problemIn(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'detail' in body) return body as Problem;
  const detail = `The app answered ${status} without saying why. Try again; if it stays, tell the administrator.`;
  return { code: `Http${status}`, status, detail, retryable: status >= 500 || status === 429 };
}

export const isProblem = (problem: Problem | undefined, ...codes: readonly string[]): boolean =>
  problem !== undefined && codes.includes(problem.code);
