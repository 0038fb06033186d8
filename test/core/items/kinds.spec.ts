import { readFileSync } from 'node:fs';
import path from 'node:path';
import { itemForms, type ItemForm } from '../../../src/core/items/grammar';
import {
  adviceFor,
  type AttachmentKind,
  graphVersionOf,
  kindOf,
  postPathOf,
  refusalOf,
} from '../../../src/core/items/kinds';
import type { Item } from '../../../src/core/items/path';
import { parsed as item } from './itemTemplates';

const MiB = 1024 * 1024;

const message = item('users/megan@contoso.com/messages/AA');
const mine = item('me/messages/AA');
const event = item('users/megan@contoso.com/events/AA');
const todo = item('users/megan@contoso.com/todo/lists/L/tasks/T');
const outlookTask = item('users/megan@contoso.com/outlook/tasks/T');
const thread = item('groups/G/threads/T');
const post = item('users/megan@contoso.com/joinedGroups/G/threads/T/posts/P');
const groupEvent = item('groups/G/events/E');

describe('what is refused at once', () => {
  const cases: readonly (readonly [
    Item,
    AttachmentKind,
    number | null,
    'application' | 'delegated',
    string | undefined,
  ])[] = [
    [message, 'file', 150 * MiB, 'application', undefined],
    [message, 'file', 150 * MiB + 1, 'application', 'AttachmentTooLarge'],
    [message, 'file', null, 'application', undefined],
    [message, 'referenceAttachment', null, 'application', undefined],
    [message, 'itemAttachment', 3 * MiB, 'application', 'AttachmentTooLarge'],
    [mine, 'file', 1, 'application', 'DelegatedOnly'],
    [mine, 'file', 1, 'delegated', undefined],
    [event, 'itemAttachment', null, 'application', undefined],
    [todo, 'file', 25 * MiB, 'application', undefined],
    [todo, 'file', 25 * MiB + 1, 'application', 'AttachmentTooLarge'],
    [todo, 'itemAttachment', null, 'application', 'AttachmentKindNotSupported'],
    [todo, 'referenceAttachment', null, 'delegated', 'AttachmentKindNotSupported'],
    [outlookTask, 'file', 1, 'application', 'DelegatedOnly'],
    [outlookTask, 'itemAttachment', null, 'delegated', undefined],
    [outlookTask, 'referenceAttachment', null, 'delegated', 'AttachmentKindNotSupported'],
    [thread, 'file', 3_000_000, 'delegated', undefined],
    [thread, 'file', 3 * MiB, 'delegated', 'AttachmentTooLarge'],
    [thread, 'file', 1, 'application', 'DelegatedOnly'],
    [post, 'file', 150 * MiB, 'delegated', undefined],
    [post, 'file', 1, 'application', 'DelegatedOnly'],
    [groupEvent, 'file', 1, 'delegated', 'AttachmentKindNotSupported'],
    [groupEvent, 'referenceAttachment', null, 'application', 'AttachmentKindNotSupported'],
  ];
  it.each(cases.map(([of, ...rest]) => [of.form, of.segments.join('/'), ...rest, of] as const))(
    '%s (%s), %s of %s bytes, as %s: %s',
    (_form, _path, kind, size, identity, code, of) => {
      expect(refusalOf(of, kind, size, identity)?.code).toBe(code);
    },
  );

  it.each([
    [groupEvent, 'file', 1, 'users/{user}/events/{id}'],
    [mine, 'file', 1, 'users/{user}/…'],
    [outlookTask, 'file', 1, 'todo/lists/{id}/tasks/{id}'],
    [post, 'file', 1, 'GRAPH_IDENTITY=delegated'],
    [todo, 'itemAttachment', null, 'A To Do task takes a file, not an Outlook item'],
    [todo, 'file', 26 * MiB, 'more than a To Do task may have: 26214400'],
    [message, 'itemAttachment', 4 * MiB, 'never by an upload session'],
    [message, 'file', 200 * MiB, 'share a link'],
  ] as const)('says what to do instead (%#)', (of, kind, size, words) => {
    expect(refusalOf(of, kind, size, 'application')?.detail).toContain(words);
  });

  it('sends a file that is too large for a thread to a post of it', () => {
    expect(refusalOf(thread, 'file', 4 * MiB, 'delegated')?.detail).toContain("one of the thread's posts");
  });
});

describe('the way of an attachment', () => {
  it('posts to the attachments of an item, and replies to a thread or a post', () => {
    expect(postPathOf(message)).toEqual([...message.segments, 'attachments']);
    expect(postPathOf(thread)).toEqual(['groups', 'G', 'threads', 'T', 'reply']);
    expect(postPathOf(post)).toEqual([...post.segments, 'reply']);
  });

  it('uses beta for Outlook tasks and reference attachments only', () => {
    const beta = itemForms.filter((form) => graphVersionOf(form, 'file') === 'beta');
    expect(beta).toEqual(['outlookTask']);
    expect(itemForms.every((form) => graphVersionOf(form, 'referenceAttachment') === 'beta')).toBe(true);
  });

  it.each(itemForms)('%s: a reply fits into 4 MiB, and no session is smaller than one POST can be', (form) => {
    const row = kindOf(form);
    const base64 = (bytes: number) => Math.ceil(bytes / 3) * 4;
    if (row.fileByPost && !row.fileBySession) expect(base64(row.maxBytes)).toBeLessThanOrEqual(4 * MiB - 4096);
    expect(base64(row.minSessionBytes)).toBeLessThanOrEqual(4 * MiB - 4096);
    expect(row.kinds.includes('file')).toBe(row.fileByPost);
  });
});

describe('the known limits in words', () => {
  it.each([
    ['message', 'MessageSizeExceeded', 'Set-Mailbox -Identity <mailbox> -MaxSendSize 150MB'],
    ['event', 'MayExceedMessageLimit', '35 MB'],
    ['message', 'AccessDenied', 'Mail.ReadWrite for an application'],
    ['message', 'AccessDenied', 'shared mailbox'],
    ['groupPost', 'AccessDenied', 'none for applications'],
    ['todoTask', 'AccessDenied', 'Tasks.ReadWrite.All'],
    ['calendarEvent', 'AttendeesNotUpdated', 'update of the event'],
    ['meetingMessageEvent', 'AttendeesNotUpdated', 'update of the event'],
    ['outlookTask', 'ItemNotFound', 'todo/lists/{id}/tasks/{id}'],
    ['outlookTask', 'AccessDenied', 'todo/lists/{id}/tasks/{id}'],
    ['message', 'AttachmentKindNotSupported', 'US Government L4 and L5'],
    ['groupPost', 'AttachmentKindNotSupported', 'by a reply'],
  ] as const)('%s, %s: %s', (form, code, words) => {
    expect(adviceFor(form, code)).toContain(words);
  });

  it.each([
    ['todoTask', 'MessageSizeExceeded'],
    ['todoTask', 'AttendeesNotUpdated'],
    ['message', 'AttendeesNotUpdated'],
    ['groupThread', 'AttachmentKindNotSupported'],
    ['message', 'Throttled'],
  ] as const)('%s, %s: nothing', (form, code) => {
    expect(adviceFor(form, code)).toBe('');
  });
});

describe('docs/items.md', () => {
  const rows = new Map(
    readFileSync(path.join(__dirname, '../../../docs/items.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .map(([, form = '', ...cells]) => [form, cells]),
  );

  /** The written paths of a row, as ones that can be parsed. */
  const written = (cell: string): string[] =>
    cell
      .replace(' to any depth', '')
      .split(', ')
      .map((text) => text.replace(/\[(.*?)\]…/g, '$1$1'))
      .flatMap((text) => [
        text.replace('{group}', 'groups/{id}'),
        text.replace('{group}', '{mailbox}/joinedGroups/{id}'),
      ])
      .flatMap((text) => [text.replace('{mailbox}', 'me'), text.replace('{mailbox}', 'users/{id}')])
      .map((text) => text.replaceAll('{id}', 'AAMk='));

  it('has a row for each form and no other', () => {
    const forms = [...rows.keys()].filter((name) => itemForms.includes(name as ItemForm));
    expect(forms).toEqual([...itemForms]);
  });

  it.each(itemForms)('says of %s what the code does', (form) => {
    const [paths = '', kinds, maxBytes, , application, delegated, version] = rows.get(form) ?? [];
    const row = kindOf(form);
    for (const text of written(paths)) expect([text, item(text).form]).toEqual([text, form]);
    expect(kinds).toBe(row.kinds.join(', ') || 'none');
    expect(maxBytes).toBe(row.maxBytes.toLocaleString('en-US'));
    expect(application).toBe(row.appPermission ?? 'none');
    expect(delegated).toBe(row.delegatedPermission);
    expect(version).toBe(row.graphVersion ?? 'v1.0');
  });
});
