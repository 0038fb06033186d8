import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { refuseForeignMailbox } from '../../app/access/refusals';
import { Problem, UploadError } from '../../core/errors';
import { refusalOf } from '../../core/items/kinds';
import { Mailbox, messagePath } from '../../core/items/mailbox';
import type { RecentItem } from '../../core/wire/browse';
import { refusalOfMailbox } from '../../core/upload/request';
import { startRules } from '../../app/intake/source';
import { faultsOf, refuseFaults } from './check';
import { mailboxFor } from './ofCaller';
import { checkQuery } from './query';
import { itemsQuery } from './schemas';
import { HttpDependencies, serve } from './serve';
import { mailboxNotFound, refusedByService } from './uploadAttachment';

/** GET /api/items: the newest drafts or events of a mailbox, for people to choose from. */
export async function listItems(
  request: HttpRequest,
  deps: HttpDependencies,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const checked = checkQuery(request, itemsQuery);
  refuseFaults(faultsOf(checked));
  if (!checked.ok) throw new Error('unreachable: faults were thrown');
  const { kind, search, limit } = checked.value;
  const mailbox = mailboxFor(deps.caller, checked.value.mailbox);
  refuseBrowsing(mailbox, deps);
  const found = await deps.browse.recent(mailbox, kind, search, limit);
  if (found.kind !== 'items')
    return refusedByService('metadata', found, request, context, deps.clock(), mailboxNotFound);
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { value: found.items.map((item) => shown(item, mailbox)) },
  };
}

function refuseBrowsing({ anyMessage }: Mailbox, { settings, caller }: HttpDependencies): void {
  if (!settings.browseEnabled) throw new UploadError(browseNotAllowed);
  refuseForeignMailbox(caller, 'browse', anyMessage);
  const rules = startRules(settings);
  const refusal = refusalOfMailbox(anyMessage, rules) ?? refusalOf(anyMessage, 'file', null, rules.identity);
  if (refusal) throw new UploadError(refusal);
}

function shown({ id, kind, subject, when, people, hasAttachments }: RecentItem, mailbox: Mailbox) {
  const message = messagePath(mailbox, id);
  return {
    item: kind === 'draft' ? message : message.replace(`${mailbox.text}/messages/`, `${mailbox.text}/events/`),
    kind,
    subject,
    when: when === undefined ? null : new Date(when).toISOString(),
    people,
    hasAttachments,
  };
}

const browseNotAllowed: Problem = {
  code: 'BrowseNotAllowed',
  detail: 'This app lists no mailbox (BROWSE_ENABLED). Name the item by its path.',
};

serve('listItems', listItems);
