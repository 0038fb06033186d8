import { type ItemKind, itemKindTable } from './table';
import type { ItemForm } from './grammar';
import type { UploadErrorCode, WarningCode } from '../errors';

type Code = UploadErrorCode | WarningCode;

/**
 * The known limits in words, with what to do, for an error that only the service can raise and for a warning: to be said
 * after what happened. Empty where there is nothing to add. docs/items.md says the same to an administrator.
 */
export function adviceFor(form: ItemForm, code: Code): string {
  if (form === 'outlookTask' && retirement.has(code)) return outlookTasksRetired;
  return advice[code]?.(itemKindTable[form], form) ?? '';
}

export const outlookTasksRetired =
  'Microsoft has retired Outlook tasks (they stopped returning data on 20 August 2022): name the task as To Do has it, ' +
  'users/{user}/todo/lists/{id}/tasks/{id}.';

/** How a service looks that no longer has what it once had. */
const retirement: ReadonlySet<Code> = new Set<Code>(['ItemNotFound', 'AccessDenied', 'AttachmentKindNotSupported']);

const advice: Readonly<Partial<Record<Code, (row: ItemKind, form: ItemForm) => string>>> = {
  MessageSizeExceeded: messageSizeLimit,
  MayExceedMessageLimit: messageSizeLimit,
  AccessDenied: (row) => [permissionNeeded(row), sharedMailboxes(row)].filter(Boolean).join(' '),
  AttachmentKindNotSupported: (row, form) =>
    form === 'groupPost' ? postSessions : row.fileBySession ? nationalClouds : '',
  AttendeesNotUpdated: (row) => (row.attendees ? eventAttendees : ''),
};

function messageSizeLimit(row: ItemKind): string {
  if (row.protocol === 'todo') return '';
  return (
    'A mailbox takes messages of 35 MB by default. An administrator raises that to at most 150 MB in Exchange Online ' +
    'PowerShell: Set-Mailbox -Identity <mailbox> -MaxSendSize 150MB (up to 60 minutes until it takes effect).'
  );
}

function permissionNeeded({ label, appPermission, delegatedPermission }: ItemKind): string {
  const application = appPermission === null ? 'none for applications' : `${appPermission} for an application`;
  return `Attaching to ${label} needs the Graph permission ${delegatedPermission} for a person, ${application}, with consent.`;
}

const sharedMailboxes = (row: ItemKind): string =>
  row.protocol !== 'outlook'
    ? ''
    : "On a shared mailbox a person's token may be refused (a known issue of Microsoft's): use an application's, scoped to that mailbox.";

const nationalClouds =
  'Upload sessions are not in every national cloud: those of messages and events are missing in US Government L4 and L5, ' +
  'those of To Do in China. There, attach files below 3 MB only.';

const postSessions =
  'Microsoft documents files of up to 3 MB on a group post, by a reply; the upload session that was tried for this larger ' +
  'one is not promised to work. Attach it to a message instead.';

const eventAttendees =
  "The file is on the organizer's event; attendees see it only after the organizer's next update of the event is sent to them.";
