import { lockKey } from '../../../src/core/items/path';
import { parsed, templates } from './itemTemplates';

const keyOf = (text: string): string => lockKey(parsed(text));
const megan = 'users/megan@contoso.com';

describe('the lock of an item', () => {
  it.each([
    ['messages/M1', 'mailFolders/F/messages/M1', 'mailFolders/F/childFolders/G/messages/M1'],
    ['messages/M1/event', 'mailFolders/F/messages/M1/event'],
    ['events/E', 'calendar/events/E', 'calendars/C/events/E', 'calendarGroups/G/calendars/C/events/E'],
    ['outlook/tasks/T', 'outlook/taskFolders/F/tasks/T', 'outlook/taskGroups/G/taskFolders/F/tasks/T'],
  ])('is the same by every path to %s', (...paths) => {
    expect(new Set(paths.map((path) => keyOf(`${megan}/${path}`))).size).toBe(1);
  });

  it('is the same for a group’s post, through the conversation or not, as a member or not', () => {
    const posts = [
      'groups/g/threads/T/posts/P',
      'groups/G/conversations/C/threads/T/posts/P',
      'me/joinedGroups/g/threads/T/posts/P',
    ];
    expect(new Set(posts.map(keyOf)).size).toBe(1);
  });

  it('does not count the case of mailboxes, but of ids', () => {
    expect(keyOf('users/MEGAN@contoso.com/messages/M')).toBe(keyOf(`${megan}/messages/M`));
    expect(keyOf(`${megan}/messages/m`)).not.toBe(keyOf(`${megan}/messages/M`));
  });

  it('is another one for another mailbox, another id, and for a message and the event in it', () => {
    const others = [
      'users/alex@contoso.com/messages/M',
      `${megan}/messages/N`,
      `${megan}/messages/M/event`,
      `${megan}/events/M`,
    ];
    expect(new Set([...others, `${megan}/messages/M`].map(keyOf)).size).toBe(5);
    expect(keyOf(`${megan}/messages/event`)).not.toBe(keyOf(`${megan}/messages/event/event`));
  });

  it('names the id of every form', () => {
    for (const [, template] of templates) {
      let made = 0;
      const path = template.replaceAll('*', () => `id${(made += 1)}`);
      expect(keyOf(path)).toContain(`id${made}`);
    }
  });
});
