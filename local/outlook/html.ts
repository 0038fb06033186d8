/** Pieces of the page. Everything is escaped here and nowhere else. */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escape = (text: string | number): string =>
  String(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A cell is text, or HTML that was made here. */
export type Cell = string | number | { readonly html: string };

const htmlOf = (cell: Cell): string => (typeof cell === 'object' ? cell.html : escape(cell));

const SHOWN = 200;

/** A section with a table; the newest rows come first and are the ones that are shown. */
export function section(id: string, title: string, head: readonly string[], rows: readonly Cell[][]): string {
  const shown = rows.slice(0, SHOWN);
  const more = rows.length > shown.length ? `<p>The first ${shown.length} of ${rows.length} are shown.</p>` : '';
  const header = head.map((name) => `<th scope="col">${escape(name)}</th>`).join('');
  const body = shown.map((row) => `<tr>${row.map((cell) => `<td>${htmlOf(cell)}</td>`).join('')}</tr>`).join('\n');
  const table = `<table><thead><tr>${header}</tr></thead><tbody>\n${body}\n</tbody></table>`;
  const content = rows.length === 0 ? '<p>None.</p>' : `<div class="wide">${table}</div>${more}`;
  return `<section id="${id}"><h2>${escape(title)} (${rows.length})</h2>${content}</section>`;
}

/** A size for people; the exact one shows when pointed at. */
export function size(bytes: number): Cell {
  const text =
    bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return { html: `<span title="${bytes} bytes">${text}</span>` };
}

/** A time of day, with its date when pointed at. */
export function time(iso: string): Cell {
  return { html: `<time datetime="${escape(iso)}" title="${escape(iso)}">${escape(iso.slice(11, 19))}</time>` };
}

/** A text with a button that copies it, or what it stands for. */
export function copyable(text: string, what: string, whole = text): Cell {
  const button = `<button type="button" data-copy="${escape(whole)}" aria-label="Copy ${escape(what)}">Copy</button>`;
  return { html: `<span class="copyable">${escape(text)} ${button}</span>` };
}

export const link = (href: string, text: string): Cell => ({ html: `<a href="${escape(href)}">${escape(text)}</a>` });
