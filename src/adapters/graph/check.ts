import type { Mailbox } from '../../core/items/mailbox';
import type { WireReply } from '../../core/wire/reply';
import type { TokenSource } from './bearer';
import type { GraphClient } from './client';

const keptMs = 30_000;

/**
 * Whether a token can be had, and whether Graph answers for this mailbox: one small GET. The answer is kept for half a minute:
 * a probe must wear out neither the identity service nor the mailbox. Undefined: it works.
 */
export function graphCheck(
  tokens: TokenSource,
  graph: Pick<GraphClient, 'send'>,
  clock: () => number,
): (mailbox: Mailbox | undefined) => Promise<string | undefined> {
  let last: { at: number; answer: Promise<string | undefined> } | undefined;
  return (mailbox) => {
    if (!last || clock() - last.at > keptMs) last = { at: clock(), answer: ask(tokens, graph, mailbox) };
    return last.answer;
  };
}

async function ask(
  tokens: TokenSource,
  graph: Pick<GraphClient, 'send'>,
  mailbox: Mailbox | undefined,
): Promise<string | undefined> {
  try {
    await tokens();
  } catch (cause) {
    return `No token for Microsoft Graph: ${cause instanceof Error ? cause.name : 'unknown cause'}.`;
  }
  if (!mailbox) return undefined;
  const get = (...below: string[]): Promise<WireReply> =>
    graph.send({ method: 'GET', path: [...mailbox.segments, ...below], query: { $top: '1', $select: 'id' } });
  const mail = await get('mailFolders', 'drafts', 'messages');
  // an app may have the permission for calendars alone
  const reply = mail.kind === 'reply' && mail.status === 403 ? await get('events') : mail;
  if (reply.kind === 'fault') return `Microsoft Graph gave no answer (${reply.fault}).`;
  if (reply.status < 400) return undefined;
  return `Microsoft Graph answered ${reply.status} to a read of an allowed mailbox. npm run doctor tells what to do.`;
}
