import type { Caller, Person, Role } from './caller';

/**
 * What somebody wants to do. With a blob: `attach` it, which is to read it. On a mailbox: `write` (attach, make drafts, send) and
 * `browse` (list its recent items). On an upload or delivery: `see` it, `operate` it (cancel, retry), and `reach` what it attached
 * (read and remove it).
 */
export type Action = 'attach' | 'write' | 'browse' | 'see' | 'operate' | 'reach';

/** What it is done to. An owner is written as in ALLOWED_MAILBOXES: a UPN, an object id, or `groups/{id}`. */
export type Target =
  | { readonly kind: 'blob'; readonly isOwn: boolean }
  | { readonly kind: 'mailbox'; readonly owner: string }
  | { readonly kind: 'job'; readonly owner: string | undefined; readonly askedBy: readonly string[] };

/**
 * Who may do what. A program may do everything that the settings allow. A person reaches her own mailbox and what she
 * asked for or brought; `Uploads.All` opens every mailbox and blob, `Uploads.Operate` every upload and delivery.
 * ALLOWED_MAILBOXES and ALLOWED_CONTAINERS apply besides.
 */
export function mayDo(caller: Caller, action: Action, target: Target): boolean {
  if (caller.kind === 'program') return true;
  if (target.kind === 'blob') return action === 'attach' && (target.isOwn || has(caller, 'Uploads.All'));
  if (target.kind === 'mailbox')
    return (action === 'write' || action === 'browse') && opensMailbox(caller, target.owner);
  if (target.askedBy.includes(caller.id)) return action !== 'write' && action !== 'browse';
  if (!has(caller, 'Uploads.Operate')) return false;
  if (action === 'reach') return target.owner !== undefined && opensMailbox(caller, target.owner);
  return action === 'see' || action === 'operate';
}

const opensMailbox = (person: Person, owner: string): boolean => has(person, 'Uploads.All') || isOwn(person, owner);

const has = (person: Person, role: Role): boolean => person.roles.includes(role);

/** Names and ids are ASCII in the directory: no other letter may pass for one of theirs by its lower case. */
function isOwn({ id, name }: Person, owner: string): boolean {
  const written = owner.toLowerCase();
  if (!/^[\x20-\x7e]+$/.test(owner)) return false;
  return written === id.toLowerCase() || (name !== undefined && written === name.toLowerCase());
}
