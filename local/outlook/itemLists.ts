/** Lists of messages, events and posts, with the query parameters that Graph documents for them. */
import type { Call } from './call';
import { comparable, parseFilter, valueAt } from './filters';
import type { Exchange } from './http';
import { answer, itemResource, propertiesOf } from './itemResource';
import { endsWith, isListed, itemsOf } from './items';
import type { Json } from './json';
import type { Operation } from './operations';
import type { Item, StoredKind } from './records';
import { parseSearch } from './searches';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

interface Kind {
  readonly op: Operation;
  readonly kind: StoredKind;
  readonly newestFirst: boolean;
  readonly known: readonly string[];
}

const TIMES = ['createdDateTime', 'lastModifiedDateTime'];
const MESSAGES: Kind = {
  op: 'listMessages',
  kind: 'message',
  newestFirst: true,
  known: [
    ...TIMES,
    ...['receivedDateTime', 'sentDateTime', 'subject', 'isDraft', 'isRead', 'importance', 'internetMessageId'],
    ...['conversationId', 'from/emailAddress/address', 'sender/emailAddress/address'],
  ],
};
const EVENTS: Kind = {
  op: 'listEvents',
  kind: 'event',
  newestFirst: true,
  known: [
    ...TIMES,
    'subject',
    'start/dateTime',
    'end/dateTime',
    'isAllDay',
    'isCancelled',
    'isOrganizer',
    'importance',
  ],
};
const POSTS: Kind = { op: 'listPosts', kind: 'post', newestFirst: false, known: [...TIMES, 'receivedDateTime'] };

export const listMessages = (world: World, exchange: Exchange, target: Target): Call =>
  list(world, exchange, target, MESSAGES);
export const listEvents = (world: World, exchange: Exchange, target: Target): Call =>
  list(world, exchange, target, EVENTS);
export const listPosts = (world: World, exchange: Exchange, target: Target): Call =>
  list(world, exchange, target, POSTS);

/** Ten on a page unless `$top` says otherwise. */
function list(world: World, exchange: Exchange, target: Target, { op, kind, newestFirst, known }: Kind): Call {
  const { path, query } = target;
  const filter = parseFilter(query.get('$filter'), known);
  const order = parseOrder(query.get('$orderby'), known);
  const search = parseSearch(query.get('$search'));
  checkTogether({ filter, order, search }, kind);
  const [top, skip] = [countIn(query, '$top', 10), countIn(query, '$skip', 0)];
  const commit = () => {
    const shown = itemsOf(world, path.owner).filter(
      (item) => item.kind === kind && endsWith(item.chain, path.via) && isListed(world, item, op),
    );
    if (newestFirst) shown.reverse();
    const rows = shown
      .map((item) => ({ item, properties: propertiesOf(item) }))
      .filter(({ item, properties }) => filter?.matches(item, properties) ?? true)
      .filter(({ properties }) => search?.(properties) ?? true);
    sort(rows, order);
    const value = rows.slice(skip, skip + top).map(({ item }) => itemResource(world, item, target));
    const next = new URLSearchParams(query);
    next.set('$skip', String(skip + top));
    const link = `${world.graphUrl}${exchange.url.pathname}?${next.toString()}`;
    return answer(world, target, 200, { value, ...(skip + top < rows.length ? { '@odata.nextLink': link } : {}) });
  };
  return { op, commit };
}

function countIn(query: URLSearchParams, name: '$top' | '$skip', usual: number): number {
  const text = query.get(name) ?? String(usual);
  const count = Number(text);
  const allowed = Number.isInteger(count) && (name === '$skip' ? count >= 0 : count >= 1 && count <= 1000);
  if (!allowed) throw new Refusal('queryInvalid', `${name}=${text}`);
  return count;
}

interface Order {
  readonly property: string;
  readonly descending: boolean;
}

function parseOrder(orderby: string | null, known: readonly string[]): Order[] {
  if (orderby === null) return [];
  return orderby.split(',').map((part) => {
    const [, property = '', way = 'asc'] = /^\s*([\w/]+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? [];
    if (!known.includes(property)) throw new Refusal('queryInvalid', `$orderby=${orderby}`);
    return { property, descending: way.toLowerCase() === 'desc' };
  });
}

function sort(rows: { readonly item: Item; readonly properties: Json }[], order: readonly Order[]): void {
  rows.sort((a, b) => {
    for (const { property, descending } of order) {
      const before = compare(valueAt(a.properties, property), valueAt(b.properties, property));
      if (before !== 0) return descending ? -before : before;
    }
    return 0;
  });
}

/** What is not there comes first. */
function compare(left: unknown, right: unknown): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  const [a, b] = [comparable(left), comparable(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Asked {
  readonly filter: ReturnType<typeof parseFilter>;
  readonly order: readonly Order[];
  readonly search: ReturnType<typeof parseSearch>;
}

/**
 * What of them goes together: https://learn.microsoft.com/graph/api/user-list-messages (properties of `$orderby` come first
 * in `$filter`) and https://learn.microsoft.com/graph/search-query-parameter (messages only, and alone).
 */
function checkTogether({ filter, order, search }: Asked, kind: StoredKind): void {
  if (search !== undefined && kind !== 'message') throw new Refusal('searchUnsupported', kind);
  if (search !== undefined && order.length > 0) throw new Refusal('searchWithOrderBy');
  if (search !== undefined && filter !== undefined) throw new Refusal('searchWithFilter');
  if (filter !== undefined && kind === 'message' && order.some(({ property }, n) => filter.properties[n] !== property))
    throw new Refusal('inefficientFilter', filter.properties.join(','));
}
