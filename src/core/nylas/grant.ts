import { Mailbox, parseMailbox } from '../items/mailbox';
import { allowedBy, mailboxKey, ownerOf } from '../items/path';

/** A grant of the Nylas facade: it is a mailbox, by its UPN, its object id, or `me`. */
export interface Grant {
  readonly text: string; // as the caller wrote it, given back as `grant_id`
  readonly mailbox: Mailbox;
  /** The same for every way of writing the same owner. */
  readonly key: string;
}

/** What Nylas takes before a value; here they all name the mailbox itself. */
const prefixes = /^(grant|email|external):/;

/** Undefined where it can be no mailbox. */
export function parseGrant(text: string): Grant | undefined {
  const name = text.replace(prefixes, '');
  if (name.includes('/') || /%[0-9a-f]{2}/i.test(name)) return undefined; // what is left encoded was meant as a path
  const mailbox = parseMailbox(name === 'me' ? 'me' : `users/${name.replace(/[%?#\\]/g, encodeURIComponent)}`);
  return mailbox && { text, mailbox, key: mailboxKey(mailbox.anyMessage) };
}

/**
 * Why this key may not use the grant; undefined where it may. `allowed` are the app's patterns, `ofKey` those of the key
 * where it has its own; `delegated` says whether there is a person that `me` can be.
 */
export function refusalOfGrant(
  { mailbox }: Grant,
  allowed: readonly string[],
  ofKey: readonly string[] | undefined,
  delegated: boolean,
): string | undefined {
  const owner = ownerOf(mailbox.anyMessage);
  if (owner === 'me' && !delegated) return 'There is no signed-in person: name the mailbox by its address.';
  if (!allowedBy(allowed, owner)) return `The mailbox ${owner} is not among those of this app (ALLOWED_MAILBOXES).`;
  if (ofKey && !allowedBy(ofKey, owner)) return `This API key may not use the mailbox ${owner} (NYLAS_API_KEYS).`;
  return undefined;
}
