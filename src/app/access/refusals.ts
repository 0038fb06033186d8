import { Item, ownerOf, parseItemPath } from '../../core/items/path';
import { Problem, UploadError } from '../../core/errors';
import { stagedContainer } from '../../core/nylas/session';
import type { UploadRecord } from '../../core/upload/record';
import type { Dependencies } from '../../dependencies';
import type { Caller } from './caller';
import { Action, mayDo, Target } from './mayDo';

/** Throws `NotYours` where the caller may not use the mailbox that an item lies in. */
export function refuseForeignMailbox(caller: Caller, action: 'write' | 'browse', item: Item): void {
  const owner = ownerOf(item);
  if (!mayDo(caller, action, { kind: 'mailbox', owner })) throw new UploadError(notYours(owner));
}

/**
 * Throws `NotYours` where a person names a blob that she has not brought herself, unless the settings or a role open the others to
 * her: whoever attaches a file can read it.
 */
export function refuseForeignBlob(
  caller: Caller,
  blob: { readonly container: string; readonly name: string } | undefined,
  { settings, staged }: Pick<Dependencies, 'settings' | 'staged'>,
): void {
  if (caller.kind === 'program' || !blob || settings.myBlobs === 'allowed') return;
  const folder = staged.folderOf(ownFolder(caller, ''));
  const isInFolder = blob.name.startsWith(folder) && /^[0-9a-f-]{36}\/[^/]+$/.test(blob.name.slice(folder.length));
  const isOwn = blob.container === stagedContainer && isInFolder;
  if (!mayDo(caller, 'attach', { kind: 'blob', isOwn })) throw new UploadError(notYourBlob);
}

/** The folder of a file that this caller brings: of a person's it says whose it is. */
export const ownFolder = (caller: Caller, id: string): string => (caller.kind === 'person' ? `${caller.id}_${id}` : id);

type Asked = Pick<UploadRecord['request'], 'item' | 'requestedBy'> & { readonly alsoAskedBy?: readonly string[] };

/** An upload, or the target of a delivery, as `mayDo` takes it. */
export function jobTarget({ item, requestedBy, alsoAskedBy = [] }: Asked): Extract<Target, { kind: 'job' }> {
  const parsed = item === null ? undefined : parseItemPath(item);
  return {
    kind: 'job',
    owner: parsed?.ok ? ownerOf(parsed.item) : undefined,
    askedBy: [...(requestedBy ? [requestedBy.id] : []), ...alsoAskedBy],
  };
}

/** `hidden`: not told to this caller, as if it were not there. `forbidden`: seen, but not to be touched. */
export function accessTo(caller: Caller, action: Exclude<Action, 'attach' | 'write' | 'browse'>, job: Target) {
  if (mayDo(caller, action, job)) return 'open';
  return mayDo(caller, 'see', job) ? 'forbidden' : 'hidden';
}

const notYourBlob: Problem = {
  code: 'NotYours',
  detail:
    'That blob is not yours. Bring the file by POST /my/files, and name the blob that it answers. An administrator can open other ' +
    'blobs to people (MY_BLOBS).',
};
export const notYours = (owner: string): Problem => ({
  code: 'NotYours',
  detail: `The mailbox ${owner} is not yours. Name your own (me), or ask the administrator for the app role Uploads.All.`,
});
