/** The items that are there from the start, always with the same ids. */
import { createAt } from './newItems';
import type { World } from './world';

const id = (name: string): string => `AAMkAGI2NGVhZTVl-${name}_0AAIT3drCAAA=`;
const folder = [id('FolderProjects'), id('FolderQ3')] as const;
const group = '02bd9fd6-8f93-4758-87c3-1fb73740a315';
const people = [{ emailAddress: { name: 'Adele Vance', address: 'adele@contoso.com' } }];

const megan = [{ emailAddress: { name: 'Megan Bowen', address: 'megan@contoso.com' } }];
const attendees = people.map((person) => ({ ...person, type: 'required', status: { response: 'none' } }));
const at = (day: string, hour: number) => ({
  start: { dateTime: `${day}T${hour}:00:00.0000000`, timeZone: 'UTC' },
  end: { dateTime: `${day}T${hour + 1}:00:00.0000000`, timeZone: 'UTC' },
});

/** Path of each seeded item, below `users/megan@contoso.com` (which `me` is too) and one group. */
export const SEEDED = {
  draft: `users/megan@contoso.com/messages/${id('Draft1')}`,
  secondDraft: `users/megan@contoso.com/messages/${id('Draft2')}`,
  nestedMessage: `users/megan@contoso.com/mailFolders/inbox/childFolders/${folder[0]}/childFolders/${folder[1]}/messages/${id('Nested')}`,
  meetingMessage: `users/megan@contoso.com/messages/${id('Meeting')}/event`,
  event: `users/megan@contoso.com/calendarGroups/${id('CalGroup')}/calendars/${id('Calendar')}/events/${id('Event1')}`,
  defaultCalendarEvent: `users/megan@contoso.com/calendar/events/${id('Event2')}`,
  todoTask: `users/megan@contoso.com/todo/lists/${id('List')}/tasks/${id('Todo')}`,
  outlookTask: `users/megan@contoso.com/outlook/taskGroups/${id('TaskGroup')}/taskFolders/${id('TaskFolder')}/tasks/${id('Task')}`,
  thread: `groups/${group}/conversations/${id('Conversation')}/threads/${id('Thread')}`,
  post: `groups/${group}/conversations/${id('Conversation')}/threads/${id('Thread')}/posts/${id('Post')}`,
  groupEvent: `groups/${group}/events/${id('GroupEvent')}`,
} as const;

const PROPS: Partial<Record<keyof typeof SEEDED, object>> = {
  draft: { subject: 'Quarterly report', toRecipients: people },
  secondDraft: { subject: 'Holiday photos', toRecipients: people },
  nestedMessage: { subject: 'Project files', toRecipients: people },
  meetingMessage: { subject: 'Invitation: Planning', from: people[0], toRecipients: megan },
  event: { subject: 'Planning', attendees, ...at('2037-01-05', 10) },
  defaultCalendarEvent: { subject: 'Lunch', ...at('2037-01-06', 12) },
  todoTask: { title: 'Send the flower' },
  outlookTask: { subject: 'Collect receipts' },
};

export function seed(world: World): void {
  for (const name of Object.keys(SEEDED) as (keyof typeof SEEDED)[]) createAt(world, SEEDED[name], { ...PROPS[name] });
}
