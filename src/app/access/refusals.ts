import { Item, ownerOf, parseItemPath } from '../../core/items/path';
import { Problem, UploadError } from '../../core/errors';
import type { UploadRecord } from '../../core/upload/record';
import type { Caller } from './caller';
import { Action, mayDo, Target } from './mayDo';

/** Throws `NotYours` where the caller may not use the mailbox that an item lies in. */
export function refuseForeignMailbox(caller: Caller, action: 'write' | 'browse', item: Item): void {
  const owner = ownerOf(item);
  if (!mayDo(caller, action, { kind: 'mailbox', owner })) throw new UploadError(notYours(owner));
}

type Asked = Pick<UploadRecord['request'], 'item' | 'requestedBy'> & { readonly alsoAskedBy?: readonly string[] };

/** An upload, or the target of a delivery, as `mayDo` takes it. */
export function jobTarget({ item, requestedBy, alsoAskedBy = [] }: Asked): Target {
  const parsed = item === null ? undefined : parseItemPath(item);
  return {
    kind: 'job',
    owner: parsed?.ok ? ownerOf(parsed.item) : undefined,
    askedBy: [...(requestedBy ? [requestedBy.id] : []), ...alsoAskedBy],
  };
}

/** `hidden`: not told to this caller, as if it were not there. `forbidden`: seen, but not to be touched. */
export function accessTo(caller: Caller, action: Exclude<Action, 'write' | 'browse'>, job: Target) {
  if (mayDo(caller, action, job)) return 'open';
  return mayDo(caller, 'see', job) ? 'forbidden' : 'hidden';
}

export const notYours = (owner: string): Problem => ({
  code: 'NotYours',
  detail: `The mailbox ${owner} is not yours. Name your own (me), or ask the administrator for the app role Uploads.All.`,
});
