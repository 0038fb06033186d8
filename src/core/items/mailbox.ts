import { Item, parseItemPath } from './path';

/** `me` or `users/{id or UPN}`. Only `parseMailbox` makes one. */
export interface Mailbox {
  readonly text: string; // as it was written
  readonly segments: readonly string[]; // decoded
  /** Stands for a message of it that is not there yet, where only its form counts. */
  readonly anyMessage: Item;
}

/** Reads a mailbox as a caller writes it; undefined where it is none. */
export function parseMailbox(text: string): Mailbox | undefined {
  const parsed = parseItemPath(`${text}/messages/draft`);
  if (!parsed.ok || parsed.item.form !== 'message') return undefined;
  return { text, segments: parsed.item.segments.slice(0, -2), anyMessage: parsed.item };
}

/** The mailbox that an item lies in; undefined for a group's. */
export const mailboxOf = ({ segments }: Item): Mailbox | undefined =>
  parseMailbox(
    segments
      .slice(0, segments[0] === 'me' ? 1 : 2)
      .map(encodeURIComponent)
      .join('/'),
  );

/** The path of a message in a mailbox: what would end its segment is encoded, the rest left as Graph writes it. */
export const messagePath = (mailbox: Mailbox, id: string): string =>
  `${mailbox.text}/messages/${id.replace(/[%/?#\\]/g, encodeURIComponent)}`;
