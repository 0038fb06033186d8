/** The page at `/`: what a person wants to see of the stand-in. */
import { describeAttachment, describeItem, describeSessions } from './descriptions';
import { type Cell, copyable, escape, link, section, size, time } from './html';
import { isJson, type Json, textOf } from './json';
import { SCRIPT, STYLE } from './pageAssets';
import { RULES } from './rules';
import type { World } from './world';

type Item = ReturnType<typeof describeItem>;

const KINDS: Record<string, string> = {
  message: 'message',
  event: 'event',
  todoTask: 'To Do task',
  outlookTask: 'Outlook task',
  thread: 'thread',
  post: 'post',
  groupEvent: 'group event',
};
const METHODS: Record<string, string> = {
  post: 'one request',
  session: 'upload session',
  reply: 'reply to a thread',
  draft: 'with its draft',
};

const titleOf = ({ subject, title }: Json): string => textOf(subject) || textOf(title) || '(no subject)';
const mailboxOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const peopleOf = (to: readonly string[]): string => (to.length === 0 ? 'nobody' : to.join(', '));

async function attached(world: World, titles: ReadonlyMap<string, string>): Promise<string> {
  const rows: Cell[][] = [];
  for (const stored of world.store.attachments.all().reverse()) {
    const { id, name, bytes, sha256, method, committedAt, item } = await describeAttachment(world, stored);
    rows.push([
      link(`/_/attachments/${encodeURIComponent(id)}/content`, name),
      size(bytes),
      sha256 === null ? '' : copyable(`${sha256.slice(0, 12)}…`, 'SHA-256', sha256),
      METHODS[method] ?? method,
      time(committedAt),
      item === null ? '(deleted)' : copyable(titles.get(item) ?? item, 'path of the item', item),
    ]);
  }
  return section('attached', 'Attached', ['File', 'Size', 'SHA-256', 'By', 'When (UTC)', 'Item'], rows);
}

function sent(items: readonly Item[]): string {
  const outgoing = items.flatMap((item) => {
    const { sent: mails = [], notified: updates = [] } = item;
    const title = titleOf(item.props);
    return [
      ...mails.map((mail) => ({ ...mail, title, what: 'message' })),
      ...updates.map((update) => ({ ...update, title, what: 'update of an event' })),
    ];
  });
  const rows = outgoing
    .sort((a, b) => b.at.localeCompare(a.at))
    .map(({ at, title, what, to, attachments }): Cell[] => [
      time(at),
      what,
      title,
      peopleOf(to),
      attachments.length === 0 ? 'no files' : attachments.join(', '),
    ]);
  return section('sent', 'Sent', ['When (UTC)', 'What', 'Subject', 'To', 'With'], rows);
}

function sessions(world: World, titles: ReadonlyMap<string, string>): string {
  const open = describeSessions(world).filter(({ state }) => state === 'open');
  const rows = open
    .reverse()
    .map(({ name, receivedBytes, size: whole, expiresAt, item }): Cell[] => [
      name,
      size(receivedBytes),
      size(whole),
      `${Math.floor((receivedBytes / whole) * 100)} %`,
      time(expiresAt),
      copyable(titles.get(item) ?? item, 'path of the item', item),
    ]);
  return section('sessions', 'Open upload sessions', ['File', 'Received', 'Of', '', 'Expires (UTC)', 'Item'], rows);
}

function rules(world: World): string {
  const rows = [...world.journal.violations]
    .reverse()
    .map(({ at, op, rule, level, detail }): Cell[] => [
      time(at),
      level === 'bug' ? { html: '<span class="bug">bug</span>' } : 'note',
      op,
      rule,
      RULES[rule][2],
      detail,
    ]);
  return section('rules', 'Broken rules', ['When (UTC)', 'Level', 'Operation', 'Rule', 'Told', 'Detail'], rows);
}

function mailboxes(items: readonly Item[], attachmentsOf: ReadonlyMap<string, number>): string {
  const all = new Map<string, { items: number; files: number }>();
  for (const { path } of items) {
    const mailbox = mailboxOf(path);
    const { items: count, files } = all.get(mailbox) ?? { items: 0, files: 0 };
    all.set(mailbox, { items: count + 1, files: files + (attachmentsOf.get(path) ?? 0) });
  }
  const rows = [...all].map(([mailbox, { items: count, files }]): Cell[] => [
    copyable(mailbox, 'mailbox'),
    count,
    files,
  ]);
  return section('mailboxes', 'Mailboxes', ['Mailbox', 'Items', 'Files'], rows);
}

function itemRows(items: readonly Item[], attachmentsOf: ReadonlyMap<string, number>): string {
  const rows = [...items]
    .reverse()
    .map((item): Cell[] => [
      KINDS[item.kind] ?? item.kind,
      titleOf(item.props),
      stateOf(item),
      mailboxOf(item.path),
      attachmentsOf.get(item.path) ?? 0,
      copyable('path', 'path of the item', item.path),
    ]);
  return section('items', 'Items', ['Kind', 'Subject', 'State', 'Mailbox', 'Files', ''], rows);
}

function stateOf({ isDraft, sends = 0 }: Item): string {
  if (isDraft === undefined) return '';
  if (sends > 0) return isDraft ? 'being sent' : sends === 1 ? 'sent' : `sent ${sends} times`;
  return isDraft ? 'draft' : 'received';
}

export async function page(world: World): Promise<string> {
  const items = world.store.items.all().map((item) => describeItem(world, item));
  const titles = new Map(items.map(({ path, props }) => [path, titleOf(props)]));
  const attachmentsOf = new Map<string, number>();
  for (const [index, { id }] of world.store.items.all().entries())
    attachmentsOf.set(items[index]?.path ?? '', world.store.attachments.inGroup(id).length);
  const { profile } = world;
  const measured = isJson(profile)
    ? ` It behaves as ${profile.service} did on ${profile.measuredAt.slice(0, 10)}.`
    : '';
  const sections = [
    await attached(world, titles),
    sent(items),
    sessions(world, titles),
    rules(world),
    mailboxes(items, attachmentsOf),
    itemRows(items, attachmentsOf),
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>Outlook stand-in</title><style>${STYLE}</style></head>
<body><h1>Outlook stand-in</h1><p>A strict imitation of Outlook's attachments in Microsoft Graph.${escape(measured)}
This page keeps itself up to date.</p>
${sections.join('\n')}<script>${SCRIPT}</script></body></html>`;
}
