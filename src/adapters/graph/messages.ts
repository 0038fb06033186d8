import { createHash } from 'node:crypto';
import type { Mailbox } from '../../core/items/mailbox';
import type { Item } from '../../core/items/path';
import type { MailApi } from '../../core/wire/ports';
import type { WireReply } from '../../core/wire/reply';
import { Message, parseEvent, parseMarked, parseMessage, parsePost } from '../../core/wire/resources';
import { idOf } from '../../core/wire/success';
import { cutShort } from './exchange';
import type { GraphClient } from './client';
import { readPages } from './pages';

const marked = 'id,isDraft,sentDateTime';
const looked = `${marked},toRecipients,ccRecipients,bccRecipients,hasAttachments,internetMessageId,subject`;

/** Messages, posts and owners over Graph. Ids are immutable ones (docs/outlook-facts.md#immutable-ids). */
export function graphMessages(graph: GraphClient): MailApi {
  const get = <T>(
    path: readonly string[],
    select: string,
    parse: (json: unknown) => T | undefined,
    what: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ kind: 'one'; value: T } | WireReply> => readOne(graph, path, { $select: select, ...more }, parse, what);
  const read = async (path: readonly string[]): Promise<{ kind: 'read'; message: Message } | WireReply> => {
    const reply = await get(path, looked, parseMessage, 'a message');
    return reply.kind === 'one' ? { kind: 'read', message: reply.value } : reply;
  };
  return {
    create: (mailbox, body) => graph.send({ method: 'POST', path: [...mailbox.segments, 'messages'], body }),
    createFrom: (message, action, body) => graph.send({ method: 'POST', path: [...message.segments, action], body }),
    patch: (item, body) => graph.send({ method: 'PATCH', path: item.segments, body }),
    send: (item) => graph.send({ method: 'POST', path: [...item.segments, 'send'] }),
    remove: (item) => graph.send({ method: 'DELETE', path: item.segments }),
    async read(item) {
      const reply = await get(item.segments, marked, parseMarked, 'a message');
      return reply.kind === 'one' ? { kind: 'message', message: reply.value } : reply;
    },
    async readEvent(event, property) {
      const expand = { $expand: `singleValueExtendedProperties($filter=id eq ${quoted(property)})` };
      const reply = await get(event.segments, 'id,subject,isOrganizer', parseEvent, 'an event', expand);
      return reply.kind === 'one' ? { kind: 'event', event: reply.value } : reply;
    },
    readMessage: (message) => read(message.segments),
    readMessageById: (mailbox, id) => read([...mailbox.segments, 'messages', id]),
    async readItem(item) {
      const reply = await get(item.segments, 'id', idOf, 'an item');
      return reply.kind === 'one' ? { kind: 'item', id: reply.value } : reply;
    },
    async findMarked(mailbox, folder, property, value) {
      const query = { $filter: markFilter(property, value), $select: marked, $top: '50' };
      const path = [...mailbox.segments, 'mailFolders', folder, 'messages'];
      const reply = await readPages(graph, { path, query }, parseMarked, 'a list of messages');
      return reply.kind === 'values' ? { kind: 'messages', messages: reply.values } : reply;
    },
    async findByInternetId(mailbox: Mailbox, internetMessageId) {
      const query = { $filter: `internetMessageId eq ${quoted(internetMessageId)}`, $select: looked, $top: '50' };
      const path = [...mailbox.segments, 'messages'];
      const reply = await readPages(graph, { path, query }, parseMessage, 'a list of messages');
      return reply.kind === 'values' ? { kind: 'found', messages: reply.values } : reply;
    },
    async posts(item, since) {
      const query = { $expand: 'attachments' };
      const parse = (json: unknown): ReturnType<typeof parsePost> => parsePost(json, sha256OfBase64);
      const reply = await readPages(graph, { path: [...threadOf(item), 'posts'], query }, parse, 'a list of posts');
      if (reply.kind !== 'values') return reply;
      return {
        kind: 'posts',
        posts: reply.values.filter(({ createdAt }) => createdAt === undefined || createdAt >= since),
      };
    },
    async ownerId(mailbox) {
      const reply = await get(mailbox.segments, 'id', idOf, 'a user');
      return reply.kind === 'one' ? { kind: 'owner', id: reply.value } : reply;
    },
  };
}

async function readOne<T>(
  graph: GraphClient,
  path: readonly string[],
  query: Readonly<Record<string, string>>,
  parse: (json: unknown) => T | undefined,
  what: string,
): Promise<{ kind: 'one'; value: T } | WireReply> {
  const reply = await graph.send({ method: 'GET', path, query });
  if (reply.kind === 'fault' || reply.status !== 200) return reply;
  const value = parse(reply.json);
  return value === undefined ? cutShort(`The answer is not ${what}.`) : { kind: 'one', value };
}

/** A post lies in a thread; a reply goes to the thread. */
function threadOf({ segments }: Item): readonly string[] {
  const at = segments.lastIndexOf('threads');
  return at < 0 ? segments : segments.slice(0, at + 2);
}

const sha256OfBase64 = (text: string): string => createHash('sha256').update(text, 'base64').digest('hex');

const markFilter = (property: string, value: string): string =>
  `singleValueExtendedProperties/Any(ep: ep/id eq ${quoted(property)} and ep/value eq ${quoted(value)})`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
