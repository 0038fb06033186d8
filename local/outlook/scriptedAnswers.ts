import type { ScriptedAnswer } from './effects';
import type { Reply } from './reply';
import { errorBody } from './wireErrors';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const ESCAPED: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** A scripted answer on the wire. */
export function scripted(answer: ScriptedAnswer, now: number): Reply {
  const { status, headers = {}, body, raw, code } = answer;
  if (raw !== undefined) return { status, headers: { ...HTML, ...headers }, text: raw };
  if (body !== undefined) return { status, headers, json: body };
  if (answer.as === 'none' || (code === undefined && answer.message === undefined && answer.as === undefined))
    return { status, headers };
  return { status, ...errorIn(answer, headers, now) };
}

function errorIn(answer: ScriptedAnswer, headers: Record<string, string>, now: number): Omit<Reply, 'status'> {
  const { status, code = 'UnknownError', as = 'envelope' } = answer;
  const message = answer.message === undefined ? `Scripted: ${code}` : answer.message;
  const text = message ?? '';
  switch (as) {
    case 'envelope':
    case 'none':
      return { headers, json: errorBody(code, message, now) };
    case 'bare':
      return { headers, json: { error: { code, message } } };
    case 'text':
      return { headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, text };
    case 'html': {
      const escaped = text.replace(/[<>&]/g, (character) => ESCAPED[character] ?? '');
      return {
        headers: { ...HTML, ...headers },
        text: `<html><body><h1>${status}</h1><p>${escaped}</p></body></html>`,
      };
    }
    case 'cut': {
      const whole = JSON.stringify(errorBody(code, message, now));
      const type = { 'content-type': 'application/json; charset=utf-8' };
      return { headers: { ...type, ...headers }, text: whole.slice(0, whole.length / 2) };
    }
  }
}
