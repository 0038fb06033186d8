/** An item's path for people: whose mailbox, and what it is. */
export function mailboxName(item: string): string {
  const segments = item.split('/').map(decoded);
  if (segments[0]?.toLowerCase() === 'me') return 'your mailbox';
  if (segments[0]?.toLowerCase() === 'groups') return `group ${segments[1] ?? ''}`;
  return segments[1] ?? item;
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/\/posts\/[^/]+$/i, 'post'],
  [/\/threads\/[^/]+$/i, 'group conversation'],
  [/\/tasks\/[^/]+$/i, 'task'],
  [/\/event$|\/events\/[^/]+$/i, 'event'],
  [/\/messages\/[^/]+$/i, 'message'],
];

export const itemKind = (item: string): string => kinds.find(([pattern]) => pattern.test(item))?.[1] ?? 'item';

/** "message of megan@contoso.com" */
export const itemName = (item: string): string => `${itemKind(item)} of ${mailboxName(item)}`;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
