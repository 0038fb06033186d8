/** The page at `/`: what a person wants to see of the stand-in. */
import { describeAttachment, describeItem, describeSessions } from './control';
import type { Json } from './json';
import type { World } from './world';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string | number | null): string =>
  String(text ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const titleOf = ({ subject, title }: Json): string => [subject, title].find((text) => typeof text === 'string') ?? '';

/** Cells are escaped; one that is HTML already comes as `{ html }`. */
type Cell = string | number | null | { readonly html: string };

function table(title: string, head: string[], rows: Cell[][]): string {
  const cell = (value: Cell) => `<td>${typeof value === 'object' && value !== null ? value.html : escape(value)}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  const header = head.map((name) => `<th>${escape(name)}</th>`).join('');
  return `<h2>${escape(title)} (${rows.length})</h2>${rows.length === 0 ? '' : `<table><tr>${header}</tr>\n${body}</table>`}`;
}

async function attachmentRows(world: World): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const stored of world.store.attachments.all().reverse()) {
    const row = await describeAttachment(world, stored);
    const link = { html: `<a href="/_/attachments/${encodeURIComponent(row.id)}/content">${escape(row.name)}</a>` };
    rows.push([link, row.bytes, row.sha256, row.method, row.committedAt, row.item]);
  }
  return rows;
}

const STYLE = `body{font:14px system-ui;margin:2em;color:#222}table{border-collapse:collapse}td,th{border:1px solid #ccc;
padding:.2em .5em;text-align:left;font-family:ui-monospace,monospace;font-size:12px;word-break:break-all}h2{font-size:16px}`;

export async function page(world: World): Promise<string> {
  const items = world.store.items.all().map((item) => describeItem(world, item));
  const mailboxes = new Map<string, number>();
  for (const { path } of items) {
    const mailbox = path.split('/').slice(0, 2).join('/');
    mailboxes.set(mailbox, (mailboxes.get(mailbox) ?? 0) + 1);
  }
  const open = describeSessions(world).filter(({ state }) => state === 'open');
  const sections = [
    table('Attached', ['name', 'bytes', 'SHA-256', 'by', 'when', 'item'], await attachmentRows(world)),
    table(
      'Open upload sessions',
      ['name', 'received', 'size', 'expires', 'item'],
      open.map((s) => [s.name, s.receivedBytes, s.size, s.expiresAt, s.item]),
    ),
    table(
      'Broken rules',
      ['when', 'operation', 'rule', 'level', 'detail'],
      world.journal.violations.map((v) => [v.at, v.op, v.rule, v.level, v.detail]),
    ),
    table(
      'Mailboxes',
      ['mailbox', 'items'],
      [...mailboxes].map(([mailbox, count]) => [mailbox, count]),
    ),
    table(
      'Items',
      ['kind', 'subject', 'path'],
      items.map((item) => [item.kind, titleOf(item.props), item.path]),
    ),
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Outlook stand-in</title>
<style>${STYLE}</style></head><body><h1>Outlook stand-in</h1><p>Strict imitation of Microsoft Graph attachments. <a href="/">Reload</a></p>
${sections.join('\n')}</body></html>`;
}
