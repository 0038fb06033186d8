import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { table } from '../../src/core/wire/classify';

const root = join(__dirname, '../..');
/** Everything that is written by hand, also where the repository was copied without git. */
const made = new Set(['node_modules', 'dist', 'coverage']);
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [name];
    return made.has(entry.name) || entry.name.startsWith('.') ? [] : filesIn(name);
  });
const files = filesIn('');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
/** Names here are examples, not references. */
const examples = ['test/docs/references.spec.ts', 'test/packaging/package.spec.ts'];
const texts = files.filter((name) => /\.(ts|mts|mjs|cjs|md)$/.test(name) && !examples.includes(name));
const pages = files.filter((name) => name.endsWith('.md'));

/** Anchors of a page: explicit ones, and its headings as GitHub names them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = read(page);
  const explicit = [...text.matchAll(/<a (?:id|name)="([^"]+)">/g)].map((match) => match[1] ?? '');
  const headings = [...text.matchAll(/^#+ +(.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...explicit, ...headings]);
}
const anchors = new Map(pages.map((page) => [page, anchorsOf(page)]));

/** What is wrong with a reference to a page, or undefined. */
function faultOf(page: string, anchor: string | undefined): string | undefined {
  const known = anchors.get(page);
  if (!known) return `${page} is not in the repository`;
  return anchor === undefined || known.has(anchor) ? undefined : `${page} has no anchor #${anchor}`;
}

/** Links of Markdown, relative to the page, and pages that comments and texts name by their path. */
function referencesOf(name: string): { page: string; anchor: string | undefined }[] {
  const text = read(name);
  const named = [
    ...text.matchAll(/(?<![\w./-])((?:docs|facts|local|test|bench|infra|cli)\/[\w./-]*\.md)(?:#([\w-]+))?/g),
  ];
  const links = name.endsWith('.md') ? [...text.matchAll(/\]\((?!https?:)([^()#\s]*)(?:#([^()\s]+))?\)/g)] : [];
  return [
    ...named.map(([, page = '', anchor]) => ({ page, anchor })),
    ...links.map(([, page = '', anchor]) => ({
      page: page === '' ? name : normalize(join(dirname(name), page)),
      anchor,
    })),
  ];
}

describe('references in comments and docs', () => {
  it('lead to a page that is here and to an anchor that it has', () => {
    const dead = texts.flatMap((name) =>
      referencesOf(name).flatMap(({ page, anchor }) => {
        if (!page.endsWith('.md')) return existsSync(join(root, page)) ? [] : [`${name}: ${page} is not there`];
        const fault = faultOf(page, anchor);
        return fault === undefined ? [] : [`${name}: ${fault}`];
      }),
    );
    expect(dead).toEqual([]);
  });

  it('name no page by a section of it that no reader can open', () => {
    const cited = texts.flatMap((name) =>
      [
        ...read(name).matchAll(/\b(contract\.md|heart\.md|style\.md|facts[ /](?:section )?\d|\(trap \d+|facts, trap)/g),
      ].map(([found]) => `${name}: ${found}`),
    );
    expect(cited).toEqual([]);
  });

  it('of the table of answers are public addresses or anchors of the page of facts', () => {
    const dead = table.filter(
      ({ source }) => source.startsWith('#') && faultOf('docs/outlook-facts.md', source.slice(1)),
    );
    expect(dead.map(({ source }) => source)).toEqual([]);
  });

  it('of the page of facts stand at every rule', () => {
    const rules = read('docs/outlook-facts.md').split(/^- /m).slice(1);
    for (const rule of rules) {
      expect(rule).toMatch(/^(<a id="[a-z0-9-]+"><\/a>)+/);
      expect(rule).toMatch(/https:\/\//);
    }
  });
});
