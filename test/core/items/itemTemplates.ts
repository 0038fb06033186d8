import { type Item, type ItemForm, parseItemPath } from '../../../src/core/items/path';

export function parsed(text: string): Item {
  const result = parseItemPath(text);
  if (!result.ok) throw new Error(result.detail);
  return result.item;
}
export function refused(text: string): string {
  const result = parseItemPath(text);
  if (result.ok) throw new Error(`accepted as ${result.item.form}: ${text}`);
  return result.detail;
}

const mailboxes = ['me', 'users/megan@contoso.com', 'users/a8e8e219-4931-95c1-b73d-62626fd79c32'];
const below: readonly (readonly [ItemForm, string])[] = [
  ['message', 'messages/*'],
  ['folderMessage', 'mailFolders/*/messages/*'],
  ['folderMessage', 'mailFolders/*/childFolders/*/messages/*'],
  ['folderMessage', 'mailFolders/*/childFolders/*/childFolders/*/childFolders/*/messages/*'],
  ['meetingMessageEvent', 'messages/*/event'],
  ['meetingMessageEvent', 'mailFolders/*/messages/*/event'],
  ['meetingMessageEvent', 'mailFolders/*/childFolders/*/messages/*/event'],
  ['event', 'events/*'],
  ['calendarEvent', 'calendar/events/*'],
  ['calendarsEvent', 'calendars/*/events/*'],
  ['calendarGroupEvent', 'calendarGroups/*/calendars/*/events/*'],
  ['todoTask', 'todo/lists/*/tasks/*'],
  ['outlookTask', 'outlook/tasks/*'],
  ['outlookTask', 'outlook/taskFolders/*/tasks/*'],
  ['outlookTask', 'outlook/taskGroups/*/taskFolders/*/tasks/*'],
];
const belowGroup: readonly (readonly [ItemForm, string])[] = [
  ['groupThread', 'threads/*'],
  ['groupThread', 'conversations/*/threads/*'],
  ['groupPost', 'threads/*/posts/*'],
  ['groupPost', 'conversations/*/threads/*/posts/*'],
  ['groupEvent', 'events/*'],
];
const groups = ['groups/2b1c-44', ...mailboxes.map((mailbox) => `${mailbox}/joinedGroups/2b1c-44`)];
/** Every path that an item can have, with its form; `*` is an id. Written from the contract, not from the grammar. */
export const templates = [
  ...mailboxes.flatMap((start) => below.map(([form, rest]) => [form, `${start}/${rest}`] as const)),
  ...groups.flatMap((start) => belowGroup.map(([form, rest]) => [form, `${start}/${rest}`] as const)),
];
