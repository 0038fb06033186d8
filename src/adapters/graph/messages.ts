import type { Mailbox } from '../../core/items/mailbox';
import type { MarkedMessage, MessageApi } from '../../core/wire/ports';
import { anyCase } from '../../core/wire/session';
import type { WireReply } from '../../core/wire/reply';
import { cutShort } from './exchange';
import type { GraphClient } from './client';

const select = 'id,isDraft,sentDateTime';
const maxPages = 100; // against a service that never ends

/** Messages over Graph (facts/outlook.md 2.7). Ids are immutable ones: they survive the way from Drafts to Sent Items. */
export function graphMessages(graph: GraphClient): MessageApi {
  return {
    create: (mailbox, body) => graph.send({ method: 'POST', path: [...mailbox.segments, 'messages'], body }),
    patch: (item, body) => graph.send({ method: 'PATCH', path: item.segments, body }),
    send: (item) => graph.send({ method: 'POST', path: [...item.segments, 'send'] }),
    remove: (item) => graph.send({ method: 'DELETE', path: item.segments }),
    async read(item) {
      const reply = await graph.send({ method: 'GET', path: item.segments, query: { $select: select } });
      if (reply.kind === 'fault' || reply.status !== 200) return reply;
      const message = parseMessage(reply.json);
      return message ? { kind: 'message', message } : cutShort('The answer is no message.');
    },
    findMarked: (mailbox, folder, property, value) => findMarked(graph, mailbox, folder, filterOf(property, value)),
  };
}

/** All pages: with a filter the service may give an empty one first. A page that cannot be read makes all unknown. */
async function findMarked(
  graph: GraphClient,
  mailbox: Mailbox,
  folder: string,
  filter: string,
): Promise<{ kind: 'messages'; messages: MarkedMessage[] } | WireReply> {
  const messages: MarkedMessage[] = [];
  const path = [...mailbox.segments, 'mailFolders', folder, 'messages'];
  let reply = await graph.send({ method: 'GET', path, query: { $filter: filter, $select: select, $top: '50' } });
  for (let page = 0; page < maxPages; page++) {
    if (reply.kind === 'fault' || reply.status !== 200) return reply;
    const value = anyCase(reply.json, 'value');
    const parsed = Array.isArray(value) ? value.map(parseMessage) : [undefined];
    if (!parsed.every((message) => message !== undefined)) return cutShort('The answer is no list of messages.');
    messages.push(...parsed);
    const next = anyCase(reply.json, '@odata.nextLink');
    if (typeof next !== 'string') return { kind: 'messages', messages };
    reply = await graph.follow(next);
  }
  return cutShort(`The list of messages did not end after ${maxPages} pages.`);
}

function parseMessage(json: unknown): MarkedMessage | undefined {
  const [id, isDraft, sent] = [anyCase(json, 'id'), anyCase(json, 'isDraft'), anyCase(json, 'sentDateTime')];
  if (typeof id !== 'string' || id === '' || typeof isDraft !== 'boolean') return undefined;
  const sentAt = typeof sent === 'string' ? Date.parse(sent) : NaN;
  return { id, isDraft, sentAt: Number.isNaN(sentAt) ? undefined : sentAt };
}

const filterOf = (property: string, value: string): string =>
  `singleValueExtendedProperties/Any(ep: ep/id eq ${quoted(property)} and ep/value eq ${quoted(value)})`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
