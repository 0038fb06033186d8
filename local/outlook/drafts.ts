/** Drafts: from JSON, and as replies to and forwards of other messages. */
import { parseAttachment, type ParsedAttachment } from './attachmentBodies';
import { attachParsed } from './attachmentOperations';
import type { Call } from './call';
import type { CommitOptions } from './effects';
import { parseExtended } from './extendedProperties';
import type { Exchange } from './http';
import { answer, itemResource } from './itemResource';
import { chainFor, defaultChain, hidden, newItem, requireItem } from './items';
import { anyCase, isJson, type Json, textOf } from './json';
import { checkNamedProperties } from './mailboxes';
import type { Operation } from './operations';
import type { Item } from './records';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

interface Draft {
  readonly props: Json;
  readonly extended: Item['extended'];
  readonly parsed: readonly ParsedAttachment[];
}

/** A message's JSON. Attachments in it are taken and noted: all of them share the 4 MiB of the body with the text. */
function parseDraft(world: World, body: Json, { version, path }: Target, op: Operation): Draft {
  const attachments = anyCase(body, 'attachments') ?? [];
  if (!Array.isArray(attachments)) throw new Refusal('bodyInvalid', 'attachments');
  if (attachments.length > 0) world.journal.broke('attachmentsInMessage', op, `${attachments.length} attachments`);
  const context = { version, kind: 'message', method: 'draft', sniff: world.config.contentTypeSniffing } as const;
  const extended = parseExtended(body['singleValueExtendedProperties'] ?? []);
  checkNamedProperties(world, path.owner, extended);
  const props = Object.fromEntries(
    Object.entries(body).filter(([key]) => !/^(attachments|singleValueExtendedProperties)$/i.test(key)),
  );
  return { props, extended, parsed: attachments.map((attachment) => parseAttachment(attachment, context)) };
}

function make(world: World, draft: Draft, where: Pick<Item, 'owner' | 'chain'>, options: CommitOptions): Item {
  const visibleAt = world.now() + (options.listLagMs ?? 0);
  const { props, extended, parsed } = draft;
  const item = newItem(world, { kind: 'message', ...where, props, extended, visibleAt, ...hidden(world, options) });
  for (const one of parsed) attachParsed(world, item, one, options);
  return item;
}

/** POST R/messages or R/mailFolders/{f}/messages. */
export async function createMessage(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const body = await exchange.json(world.config.jsonMaxBytes);
  if (!isJson(body)) throw new Refusal('bodyInvalid', 'not an object');
  const draft = parseDraft(world, body, target, 'createMessage');
  const where = { owner: target.path.owner, chain: chainFor(target.path) };
  const commit = (options: CommitOptions) =>
    answer(world, target, 201, itemResource(world, make(world, draft, where, options), target));
  return { op: 'createMessage', commit };
}

type Kind = 'createReply' | 'createReplyAll' | 'createForward';

export const createReply = (world: World, exchange: Exchange, target: Target): Promise<Call> =>
  createFrom('createReply', world, exchange, target);
export const createReplyAll = (world: World, exchange: Exchange, target: Target): Promise<Call> =>
  createFrom('createReplyAll', world, exchange, target);
export const createForward = (world: World, exchange: Exchange, target: Target): Promise<Call> =>
  createFrom('createForward', world, exchange, target);

/** https://learn.microsoft.com/graph/api/message-createreply, …/message-createreplyall, …/message-createforward. */
async function createFrom(op: Kind, world: World, exchange: Exchange, target: Target): Promise<Call> {
  const item = requireItem(world, target.path);
  const body = exchange.announcedBytes() === 0 ? {} : await exchange.json(world.config.jsonMaxBytes);
  const { comment, message, toRecipients, ...more } = isJson(body) ? body : { not: 'an object' };
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new Refusal('bodyInvalid', `the parameter ${unknown} does not exist`);
  if (message !== undefined && !isJson(message)) throw new Refusal('bodyInvalid', 'message');
  if (toRecipients !== undefined && op !== 'createForward') throw new Refusal('bodyInvalid', 'toRecipients');
  if (comment !== undefined && message?.['body'] !== undefined)
    throw new Refusal('bothOfTwo', 'comment and message.body');
  if (toRecipients !== undefined && message?.['toRecipients'] !== undefined)
    throw new Refusal('bothOfTwo', 'toRecipients and message.toRecipients');
  const given = parseDraft(world, message ?? {}, target, op);
  const props = {
    ...propsOf(op, item),
    ...commented(comment),
    ...(toRecipients ? { toRecipients } : {}),
    ...given.props,
  };
  const where = { owner: item.owner, chain: defaultChain(item.owner, 'message') };
  const commit = (options: CommitOptions) => {
    const made = make(world, { ...given, props }, where, options);
    if (op === 'createForward') copyAttachments(world, item, made, options);
    return answer(world, target, 201, itemResource(world, made, target));
  };
  return { op, item, commit };
}

const commented = (comment: unknown): Json =>
  typeof comment === 'string' ? { body: { contentType: 'text', content: comment } } : {};

/** Subject and people of a reply or forward; who replies to all does not write to herself. */
function propsOf(op: Kind, { props, owner }: Item): Json {
  const { from, sender, toRecipients = [], ccRecipients = [], conversationId } = props;
  const prefix = op === 'createForward' ? 'FW: ' : 'RE: ';
  const subject = textOf(props['subject']);
  const common = { subject: subject.startsWith(prefix) ? subject : prefix + subject, conversationId };
  if (op === 'createForward') return common;
  const author = from ?? sender;
  const others = (Array.isArray(toRecipients) ? (toRecipients as unknown[]) : []).filter(
    (person) => !JSON.stringify(person).toLowerCase().includes(owner.slice('users/'.length)),
  );
  const to = [...(author === undefined ? [] : [author]), ...(op === 'createReplyAll' ? others : [])];
  return { ...common, toRecipients: to, ...(op === 'createReplyAll' ? { ccRecipients } : {}) };
}

/** A forward holds what the message holds. */
function copyAttachments(world: World, from: Item, to: Item, options: CommitOptions): void {
  for (const { kind, name, contentType, bytes, isInline, contentId, extra, file } of world.store.attachments.inGroup(
    from.id,
  )) {
    const values = { kind, name, contentType, bytes, isInline, contentId, extra, method: 'draft' } as const;
    const content = file === undefined ? undefined : world.bytes.read(file);
    attachParsed(world, to, content === undefined ? { values } : { values, content }, options);
  }
}
