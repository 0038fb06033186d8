/** Drafts: made, searched by extended property, sent. */
import { parseAttachment } from './attachmentBodies';
import { attachParsed } from './attachmentOperations';
import type { Call } from './call';
import { parseExtended, parseFilter } from './extendedProperties';
import type { Exchange } from './http';
import { answer, itemResource } from './itemOperations';
import { chainFor, endsWith, hidden, isListed, itemsOf, newItem, pathOf, requireItem, updateItem } from './items';
import { isJson } from './json';
import { checkNamedProperties, checkSend } from './mailboxes';
import type { Item } from './records';
import { checkMessageSize } from './sessions';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** POST R/messages or R/mailFolders/{f}/messages: a draft, small attachments in its own JSON. */
export async function createMessage(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const body = await exchange.json(world.config.jsonMaxBytes);
  if (!isJson(body)) throw new Refusal('bodyInvalid', 'not an object');
  const { singleValueExtendedProperties = [], attachments = [], ...props } = body;
  if (!Array.isArray(attachments)) throw new Refusal('bodyInvalid', 'attachments');
  const context = {
    version: target.version,
    kind: 'message',
    method: 'draft',
    sniff: world.config.contentTypeSniffing,
  } as const;
  const parsed = attachments.map((attachment) => parseAttachment(attachment, context));
  const values = { kind: 'message', owner: target.path.owner, chain: chainFor(target.path), props } as const;
  const extended = parseExtended(singleValueExtendedProperties);
  checkNamedProperties(world, target.path.owner, extended);
  return {
    op: 'createMessage',
    commit: (options) => {
      const visibleAt = world.now() + (options.listLagMs ?? 0);
      const item = newItem(world, { ...values, extended, visibleAt, ...hidden(world, options) });
      for (const one of parsed) attachParsed(world, item, one, options);
      return answer(world, target, 201, itemResource(world, item, target));
    },
  };
}

/** GET of a messages collection: newest first, ten on a page, of one folder or of all. */
export function listMessages(world: World, _: Exchange, target: Target): Call {
  const { path, query } = target;
  const matches = parseFilter(query.get('$filter'));
  const top = Number(query.get('$top') ?? 10);
  const skip = Number(query.get('$skip') ?? 0);
  return {
    op: 'listMessages',
    commit: () => {
      const shown = itemsOf(world, path.owner).filter(
        (item) =>
          item.kind === 'message' &&
          endsWith(item.chain, path.via) &&
          isListed(world, item, 'listMessages') &&
          matches(item),
      );
      const value = shown
        .reverse()
        .slice(skip, skip + top)
        .map((item) => itemResource(world, item, target));
      const next = new URLSearchParams(query);
      next.set('$skip', String(skip + top));
      const link = `${world.graphUrl}/${target.version}/${collectionOf(target)}?${next.toString()}`;
      return answer(world, target, 200, { value, ...(skip + top < shown.length ? { '@odata.nextLink': link } : {}) });
    },
  };
}

function collectionOf({ path: { owner, via } }: Target): string {
  const folder = via.at(-1);
  const segments = [...owner.split('/'), ...(folder === undefined ? [] : ['mailFolders', folder]), 'messages'];
  return segments.map(encodeURIComponent).join('/');
}

/** Addresses of all that a message goes to. */
function recipientsOf({ props }: Item): string[] {
  const people = ['toRecipients', 'ccRecipients', 'bccRecipients'].flatMap((key) => props[key] ?? []);
  return people.map((person) => {
    const { emailAddress } = isJson(person) ? person : {};
    return isJson(emailAddress) && typeof emailAddress['address'] === 'string' ? emailAddress['address'] : '?';
  });
}

/** POST …/send: 202 at once; the draft lies in Drafts for a while yet. A second send meanwhile reaches people twice. */
export function sendMessage(world: World, exchange: Exchange, { path }: Target): Call {
  const item = requireItem(world, path);
  if (item.kind !== 'message') throw new Refusal('routeUnknown', 'send');
  if (exchange.header('content-length') === undefined) throw new Refusal('contentLengthMissing');
  if (exchange.announcedBytes() > 0) throw new Refusal('sendWithBody');
  if (!item.isDraft) throw new Refusal('alreadySent', pathOf(item));
  if (recipientsOf(item).length === 0) throw new Refusal('noRecipients');
  checkMessageSize(world, item, 0);
  checkSend(world, item.owner);
  return {
    op: 'send',
    item,
    commit: () => {
      const draft = requireItem(world, path);
      if (draft.sends > 0)
        world.journal.broke('sentAgainWhileWaiting', 'send', `${draft.sends + 1} times`, pathOf(draft));
      const attachments = world.store.attachments.inGroup(draft.id).map(({ name }) => name);
      const sent = { at: world.now(), to: recipientsOf(draft), attachments };
      world.mailboxes.sent(draft.owner, world.now());
      updateItem(world, draft, {
        sends: draft.sends + 1,
        sent: [...(draft.sent ?? []), sent],
        movesAt: draft.movesAt ?? world.now() + world.config.sendMovesAfterMs,
      });
      return { status: 202 };
    },
  };
}
