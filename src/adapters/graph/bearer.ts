import { discard, NoTokenError } from './exchange';

/** Gives the bearer token for Graph; `refresh` asks for a new one though the last has not expired. */
export type TokenSource = (options?: { refresh: boolean }) => Promise<string>;

/**
 * Sends with a bearer, and once more with a fresh token after a 401: Graph refuses before it acts, so that repeating is
 * safe for every method.
 */
export async function withBearer(
  tokens: TokenSource,
  send: (authorization: string) => Promise<Response>,
): Promise<Response> {
  const response = await send(`Bearer ${await tokenFrom(tokens, false)}`);
  if (response.status !== 401) return response;
  await discard(response);
  return send(`Bearer ${await tokenFrom(tokens, true)}`);
}

async function tokenFrom(tokens: TokenSource, refresh: boolean): Promise<string> {
  try {
    return await tokens({ refresh });
  } catch (cause) {
    throw new NoTokenError(`No token for Graph: ${describe(cause)}`, { cause });
  }
}

/** The error's name and Entra's code: its whole message may hold what was asked with. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown cause';
  const code = /\bAADSTS\d+\b/.exec(cause.message)?.[0];
  return code === undefined ? cause.name : `${cause.name} ${code}`;
}
