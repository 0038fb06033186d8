import { newRequestId } from './ids';
import type { Reply } from './reply';
import { type Rule, RULES } from './rules';

/** A request refused: thrown where the rule is known, put on the wire in one place. `detail` is for the record and holds no secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly rule: Rule,
    readonly detail = '',
    readonly headers: Record<string, string> = {},
    /** In place of the rule's own text. */
    readonly text?: string,
  ) {
    super(`${rule}: ${detail}`);
  }
}

/** Graph's error envelope: https://learn.microsoft.com/graph/errors. */
export function errorBody(code: string, message: string | null, now: number): object {
  const id = newRequestId();
  const date = new Date(now).toISOString().slice(0, 19);
  return { error: { code, message, innerError: { date, 'request-id': id, 'client-request-id': id } } };
}

export function errorReply(refusal: Refusal, now: number, statuses: Partial<Record<Rule, number>> = {}): Reply {
  const [usual, code, message] = RULES[refusal.rule];
  const status = statuses[refusal.rule] ?? usual;
  if (status < 300) return { status, headers: refusal.headers };
  return { status, headers: refusal.headers, json: errorBody(code, refusal.text ?? message, now) };
}
