/** `$search` on messages: https://learn.microsoft.com/graph/search-query-parameter. Every word must begin a word of the message. */
import { isJson, type Json, textOf } from './json';
import { Refusal } from './wireErrors';

const PLACES: Record<string, (message: Json) => string> = {
  subject: ({ subject }) => textOf(subject),
  from: ({ from, sender }) => JSON.stringify(from ?? sender ?? ''),
  to: ({ toRecipients }) => JSON.stringify(toRecipients ?? ''),
  body: ({ body }) => (isJson(body) ? textOf(body['content']) : ''),
};
const DEFAULT = ['subject', 'from', 'body'];

export function parseSearch(search: string | null): ((message: Json) => boolean) | undefined {
  if (search === null) return undefined;
  const text = /^"(.*)"$/s.exec(search.trim())?.[1]?.replaceAll('\\"', '"');
  if (text === undefined) throw new Refusal('searchNotQuoted', search);
  const terms = text.split(/\s+/).filter((term) => term !== '' && term !== 'AND');
  return (message) => terms.every((term) => found(message, term));
}

function found(message: Json, term: string): boolean {
  const [, place = '', word = ''] = /^(\w+):(.+)$/.exec(term) ?? [];
  if (place !== '' && PLACES[place] === undefined) throw new Refusal('filterUnsupported', `$search ${term}`);
  const places = place === '' ? DEFAULT : [place];
  const wanted = (place === '' ? term : word).replaceAll('"', '').toLowerCase();
  return places.some((name) => wordsOf(PLACES[name]?.(message) ?? '').some((one) => one.startsWith(wanted)));
}

/** An address counts as a whole and by its parts. */
function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  return [...lower.split(/[\s"<>,;:(){}[\]]+/), ...lower.split(/[^\p{L}\p{N}]+/u)];
}
