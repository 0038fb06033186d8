import type { Mailbox } from '../../core/items/mailbox';
import type { BrowseApi, RecentItem, RecentKind } from '../../core/wire/browse';
import { anyCase } from '../../core/wire/session';
import type { WireReply } from '../../core/wire/reply';
import { cutShort } from './exchange';
import { nextOf } from './pages';
import type { GraphClient, GraphVersion } from './client';
import type { Item } from '../../core/items/path';

const pageSize = 100;
/** A search looks through so many of the newest; older ones are found by their path. */
const mostPages = 5;

interface Kind {
  readonly path: readonly string[];
  readonly select: string;
  readonly order: string;
  readonly when: (json: unknown) => unknown;
  readonly people: readonly string[];
}
const kinds: Readonly<Record<RecentKind, Kind>> = {
  draft: {
    path: ['mailFolders', 'drafts', 'messages'],
    select: 'id,subject,lastModifiedDateTime,toRecipients,ccRecipients,hasAttachments',
    order: 'lastModifiedDateTime desc',
    when: (json) => anyCase(json, 'lastModifiedDateTime'),
    people: ['toRecipients', 'ccRecipients'],
  },
  event: {
    path: ['events'],
    select: 'id,subject,start,attendees,hasAttachments',
    order: 'start/dateTime desc',
    when: (json) => utc(anyCase(anyCase(json, 'start'), 'dateTime')),
    people: ['attendees'],
  },
};

/**
 * Items through Graph. The search is made here: Graph's own $search of messages cannot be ordered, and events have none
 * (https://learn.microsoft.com/graph/search-query-parameter).
 */
export function graphItems(
  graph: GraphClient,
  versionOf: (item: Item) => GraphVersion | undefined = () => undefined,
): BrowseApi {
  return {
    look: (item) => {
      const version = versionOf(item);
      const call = { method: 'GET', path: item.segments, query: { $select: 'id' } } as const;
      return graph.send(version === undefined ? call : { ...call, version });
    },
    recent: (mailbox, kind, search, limit) => recent(graph, mailbox, kind, search.trim().toLowerCase(), limit),
  };
}

async function recent(
  graph: GraphClient,
  mailbox: Mailbox,
  kind: RecentKind,
  search: string,
  limit: number,
): Promise<{ kind: 'items'; items: RecentItem[] } | WireReply> {
  const { path, select, order } = kinds[kind];
  const items: RecentItem[] = [];
  const query = { $select: select, $orderby: order, $top: String(search === '' ? limit : pageSize) };
  const call = { path: [...mailbox.segments, ...path], query };
  let url = graph.urlOf(call);
  let reply = await graph.send({ method: 'GET', ...call });
  for (let page = 1; ; page++) {
    if (reply.kind === 'fault' || reply.status !== 200) return reply;
    const value = anyCase(reply.json, 'value');
    if (!Array.isArray(value)) return cutShort('The answer is no list of items.');
    items.push(...value.flatMap((each) => parseItem(each, kind) ?? []).filter((item) => holds(item, search)));
    const next = nextOf(reply.json, url);
    if (items.length >= limit || next === undefined || page >= (search === '' ? 1 : mostPages))
      return { kind: 'items', items: items.sort(newestFirst).slice(0, limit) };
    url = next;
    reply = await graph.follow(next);
  }
}

function parseItem(json: unknown, kind: RecentKind): RecentItem | undefined {
  const [id, subject] = [anyCase(json, 'id'), anyCase(json, 'subject')];
  if (typeof id !== 'string' || id === '') return undefined;
  const { when, people } = kinds[kind];
  const at = Date.parse(String(when(json)));
  return {
    id,
    kind,
    subject: typeof subject === 'string' ? subject : '',
    when: Number.isNaN(at) ? undefined : at,
    people: people.flatMap((name) => peopleIn(anyCase(json, name))),
    hasAttachments: anyCase(json, 'hasAttachments') === true,
  };
}

/** Events have times without a zone: in UTC where no other one was asked for. */
const utc = (text: unknown): unknown =>
  typeof text === 'string' && !/Z|[+-]\d\d:\d\d$/.test(text) ? `${text}Z` : text;

function peopleIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((person: unknown) => {
    const address = anyCase(person, 'emailAddress');
    const named = [anyCase(address, 'name'), anyCase(address, 'address')];
    return named.find((text): text is string => typeof text === 'string' && text !== '') ?? [];
  });
}

const holds = ({ subject, people }: RecentItem, search: string): boolean =>
  search === '' || [subject, ...people].some((text) => text.toLowerCase().includes(search));

const newestFirst = (a: RecentItem, b: RecentItem): number => (b.when ?? 0) - (a.when ?? 0);
