/** Sending. */
import type { Call } from './call';
import { addressOf } from './events';
import type { Exchange } from './http';
import { pathOf, requireItem, updateItem } from './items';
import { checkSend } from './mailboxes';
import type { Item } from './records';
import { checkMessageSize } from './sessions';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** Addresses of all that a message goes to. */
function recipientsOf({ props }: Item): string[] {
  const people = ['toRecipients', 'ccRecipients', 'bccRecipients'].flatMap((key) => props[key] ?? []);
  return people.map(addressOf);
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
