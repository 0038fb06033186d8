/** Takes the address of a Graph request as well as a path: what is pasted most. */
export const asPath = (typed: string): string =>
  typed
    .trim()
    .replace(/^https:\/\/[^/]*graph[^/]*\/(v1\.0|beta)\//i, '')
    .replace(/^\/+/, '')
    .replace(/\/attachments\/?$/i, '');

const owner = String.raw`(?:me|users/[^/]+|groups/[^/]+|(?:me|users/[^/]+)/joinedGroups/[^/]+)`;
const form = new RegExp(
  `^${owner}(?:/[^/]+)*/(?:messages/[^/]+(?:/event)?|events/[^/]+|tasks/[^/]+|posts/[^/]+|threads/[^/]+)$`,
  'i',
);
const example = 'users/megan@contoso.com/messages/AAMk…=';

/** What is wrong with a path at first sight; the app itself has the last word. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'Type or paste the path of the item.';
  if (/\s/.test(path)) return 'A path has no spaces: write %20 for one inside an id.';
  if (/[?#\\]/.test(path)) return 'A path has no ?, # or backslash: write %23 for the # of a guest’s name.';
  if (/\/\/|\/$/.test(path)) return 'Part of the path is missing between two slashes, or at its end.';
  if (!/^(me|users|groups)(\/|$)/i.test(path)) return `A path begins with users/, me/ or groups/, such as ${example}`;
  if (!form.test(path)) return `A path ends with the item’s kind and id, such as ${example}`;
  return undefined;
}

/** A mailbox as people write it, as the API takes it. */
export function mailboxPath(typed: string): string {
  const text = typed.trim();
  if (/^(me|users\/.+)$/i.test(text)) return text;
  return `users/${text.replace(/[%/?#\\]/g, encodeURIComponent)}`;
}

/** The addresses of a line such as "Alex <alex@contoso.com>; adele@contoso.com". */
export function addressesIn(line: string): {
  readonly addresses: readonly string[];
  readonly wrong: readonly string[];
} {
  const parts = line.split(/[,;\n]/).map((part) => part.trim());
  const found = parts.filter((part) => part !== '').map((part) => /<([^<>]+)>$/.exec(part)?.[1]?.trim() ?? part);
  const isAddress = (text: string): boolean => /^[^\s@<>"]+@[^\s@<>"]+$/.test(text);
  return { addresses: found.filter(isAddress), wrong: found.filter((text) => !isAddress(text)) };
}
