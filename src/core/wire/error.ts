import type { Answer } from './meaning';
import type { WireReply } from './reply';
import { anyCase } from './session';

type Reply = Extract<WireReply, { kind: 'reply' }>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const mostNested = 8;

/** The error of a reply, as far as the tables read it. Errors nest: the inner code says more (https://learn.microsoft.com/graph/errors). */
export function answerOf(reply: Reply): Answer {
  const outer = anyCase(reply.json, 'error');
  return { status: reply.status, codes: codesOf(outer), text: textOf(anyCase(outer, 'message')) };
}

/** The most detailed code that may be shown to people: a short word. Anything else may hold what must not be told. */
export const errorOf = (reply: Reply): { readonly code?: string } => {
  const code = answerOf(reply).codes.find((one) => /^[\w.-]{1,80}$/.test(one));
  return code === undefined ? {} : { code };
};

/** The most detailed code first. Exchange puts the inner one beside the outer as `InnerErrorResponseCode`, too. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < mostNested; depth++) {
    codes.unshift(textOf(anyCase(at, 'code')));
    codes.unshift(textOf(anyCase(at, 'innerErrorResponseCode')));
    at = anyCase(at, 'innerError');
  }
  return codes.filter((code) => code.trim() !== '');
}
