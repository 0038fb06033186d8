import type { AppSettings } from './appSettings';

/** `megan@contoso.com`, `users/megan@contoso.com` or `me`, as a path of Graph and as ALLOWED_MAILBOXES compares it. */
export interface Mailbox {
  readonly path: string;
  readonly owner: string;
}

export function mailboxOf(text: string): Mailbox {
  const owner = text.trim().replace(/^users\//i, '');
  return owner.toLowerCase() === 'me' ? { path: 'me', owner } : { path: `users/${encodeURIComponent(owner)}`, owner };
}

/** The mailbox to try where none is named: the first that the settings name in full, the stand-in's on this machine. */
export function defaultMailbox({ allowedMailboxes, graph }: AppSettings): string | undefined {
  const named = allowedMailboxes.find(
    (pattern) => !pattern.includes('*') && !pattern.toLowerCase().startsWith('groups/'),
  );
  return named ?? (graph.loopback ? 'megan@contoso.com' : undefined);
}

/** Whether the app itself would let somebody write there. */
export function isAllowed({ allowedMailboxes }: AppSettings, { owner }: Mailbox): boolean {
  return allowedMailboxes.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'is').test(owner);
  });
}
