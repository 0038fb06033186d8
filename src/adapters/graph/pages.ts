import type { WireReply } from '../../core/wire/reply';
import { anyCase } from '../../core/wire/session';
import { cutShort } from './exchange';
import type { GraphCall, GraphClient } from './client';

const maxPages = 1000; // against a service that never ends

/**
 * The URL of the next page, from the answer to the request of `url`; undefined where there is none. A link may be relative
 * (https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html, "Relative URLs").
 */
export function nextOf(json: unknown, url: string): string | undefined {
  const next = anyCase(json, '@odata.nextLink');
  if (typeof next !== 'string') return undefined;
  return next !== '' && URL.canParse(next, url) ? new URL(next, url).href : next;
}

/**
 * All pages of a list; with a filter the service may give an empty one first. A page that cannot be read makes the whole
 * list unknown, never shorter; so does a link to a page that was read already. `what` names the list in the fault: "a list of messages".
 */
export async function readPages<T>(
  graph: GraphClient,
  call: Omit<GraphCall, 'method' | 'body'>,
  parse: (json: unknown) => T | undefined,
  what: string,
): Promise<{ kind: 'values'; values: T[] } | WireReply> {
  const values: T[] = [];
  const read = [graph.urlOf(call)];
  let reply = await graph.send({ method: 'GET', ...call });
  for (let page = 0; page < maxPages; page++) {
    if (reply.kind === 'fault' || reply.status !== 200) return reply;
    const listed = anyCase(reply.json, 'value');
    const parsed = Array.isArray(listed) ? listed.map(parse) : [undefined];
    if (!parsed.every((value) => value !== undefined)) return cutShort(`The answer is not ${what}.`);
    values.push(...parsed);
    const next = nextOf(reply.json, read.at(-1) ?? '');
    if (next === undefined) return { kind: 'values', values };
    if (read.includes(next)) return cutShort(`The answer is ${what} whose pages go in a circle.`);
    read.push(next);
    reply = await graph.follow(next);
  }
  return cutShort(`The answer is ${what} that did not end after ${maxPages} pages.`);
}
