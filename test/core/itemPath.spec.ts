import fc from 'fast-check';
import {
  allowedBy,
  type Item,
  type ItemForm,
  itemKey,
  mailboxKey,
  ownerOf,
  parseItemPath,
  printItemPath,
} from '../../src/core/itemPath';
import { itemForms } from '../../src/core/itemGrammar';

function parsed(text: string): Item {
  const result = parseItemPath(text);
  if (!result.ok) throw new Error(result.detail);
  return result.item;
}
function refused(text: string): string {
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
const templates = [
  ...mailboxes.flatMap((start) => below.map(([form, rest]) => [form, `${start}/${rest}`] as const)),
  ...groups.flatMap((start) => belowGroup.map(([form, rest]) => [form, `${start}/${rest}`] as const)),
];

describe('the forms of an item', () => {
  it.each(templates)('reads a %s from %s', (form, template) => {
    const path = template.replaceAll('*', 'AAMk-_x=');
    expect(parsed(path)).toEqual({ form, segments: path.split('/') });
  });

  it('has a template here for every form there is', () => {
    expect(new Set(templates.map(([form]) => form))).toEqual(new Set(itemForms));
  });

  it.each(templates)('takes no %s that ends early or goes on: %s', (form, template) => {
    const segments = template.replaceAll('*', 'AA').split('/');
    for (let length = 0; length < segments.length; length++) {
      const result = parseItemPath(segments.slice(0, length).join('/'));
      expect(result).not.toMatchObject({ ok: true, item: { form, segments } });
      if (result.ok) expect(['message', 'folderMessage', 'groupThread']).toContain(result.item.form);
    }
    refused([...segments, 'attachments'].join('/'));
  });

  it('compares fixed segments without case and prints them as Graph does, ids untouched', () => {
    expect(printItemPath(parsed('USERS/Megan/MAILFOLDERS/Inbox/childfolders/AbC/Messages/AAmK/EVENT'))).toBe(
      'users/Megan/mailFolders/Inbox/childFolders/AbC/messages/AAmK/event',
    );
  });

  it.each([
    ["Users('megan@contoso.com')/Messages('AAMk=')", 'users/megan@contoso.com/messages/AAMk='],
    ["me/mailFolders('inbox')/messages('AA%2FB')/event", 'me/mailFolders/inbox/messages/AA%2FB/event'],
    ["users('o''brien@contoso.com')/events/AA", "users/o'brien@contoso.com/events/AA"],
    ['groups%28%27g%27%29/threads(%27t%27)', 'groups/g/threads/t'],
  ])('reads the OData keys of %s as segments', (keyed, plain) => {
    expect(parsed(keyed)).toEqual(parsed(plain));
  });

  it('decodes each segment once', () => {
    expect(parsed('users/a%2Bb%40c.d/messages/AA%252FB%2B=').segments).toEqual([
      'users',
      'a+b@c.d',
      'messages',
      'AA%2FB+=',
    ]);
  });

  it("keeps a slash inside an item's id and the # of a guest's name, encoded in print", () => {
    expect(printItemPath(parsed('users/x%23EXT%23@c.d/messages/AA%2FBB=='))).toBe(
      'users/x%23EXT%23%40c.d/messages/AA%2FBB%3D%3D',
    );
  });
});

describe('what is no item', () => {
  it.each([
    ['users/a/mesages/AA', 'Segment 3, "mesages"', 'users/{user}/messages/{id}'],
    ['users/a/calender/events/AA', 'Segment 3, "calender"', 'users/{user}/calendar/events/{id}'],
    ['users/a/folders/f/messages/AA', 'Segment 3, "folders"', 'users/{user}/mailFolders/{id}/messages/{id}'],
    [
      'me/mailFolders/f/childFolders/g/childFolders/h/mesage/AA',
      'Segment 8, "mesage"',
      'me/mailFolders/{id}/messages/{id}',
    ],
    ['users/a/messages', 'Segment 3, "messages", has no id', 'users/{user}/messages/{id}'],
    ['users/a/messages/AA/attachments', 'Segment 5, "attachments"', 'users/{user}/messages/{id}'],
    ['users/a/tasks/AA', 'Segment 3, "tasks"', 'users/{user}/todo/lists/{id}/tasks/{id}'],
    ['users/a/event/AA', 'Segment 3, "event"', 'users/{user}/events/{id}'],
    ['users/a/childFolders/f/messages/AA', 'Segment 3, "childFolders"', 'users/{user}/mailFolders/{id}/messages/{id}'],
    ['messages/AA', 'Segment 1, "messages"', 'users/{user}/messages/{id}'],
    ['threads/AA', 'Segment 1, "threads"', 'groups/{group}/threads/{id}'],
    ['user/a/messages/AA', 'Segment 1, "user"', 'users/{user}/messages/{id}'],
    ['groups/g/conversations/c', 'Segment 4, "c", is not the end', 'groups/{group}/conversations/{id}/threads/{id}'],
    ["users('a')/mesages('AA')", 'Segment 2, "mesages(\'AA\')"', 'users/{user}/messages/{id}'],
    ['v1.0/me/messages/AA', 'without host, version and leading slash', 'users/{user}/messages/{id}'],
    ['https://graph.microsoft.com/v1.0/me/messages/AA', 'Segment 1, "https:"', 'users/{user}/messages/{id}'],
    ['', 'Segment 1, "", is empty', 'users/{user}/messages/{id}'],
  ])('names the wrong segment and the nearest form: %s', (text, wrong, nearest) => {
    expect(refused(text)).toContain(wrong);
    expect(refused(text)).toContain(`The nearest form is ${nearest}.`);
  });

  it.each([
    ['a leading slash', '/me/messages/AA'],
    ['a trailing slash', 'me/messages/AA/'],
    ['an empty segment', 'me//messages/AA'],
    ['a blank id', 'me/messages/%20'],
    ['a blank key', "me/messages('')"],
    ['a dot', 'me/messages/.'],
    ['two dots', 'users/../messages/AA'],
    ['encoded dots', 'me/messages/%2e%2E'],
    ['dots encoded twice', 'me/messages/%252e%252e'],
    ['dots behind an encoded slash', 'me/messages/AA%2F..%2F..%2FBB'],
    ['dots behind a slash encoded twice', 'me/messages/AA%252F..%252FBB'],
    ['dots encoded twice before what is no encoding', 'me/messages/%252e%252e%252f%25zz'],
    ['dots in a key', "me/messages('..')"],
    ['a query', 'me/messages/AA?$select=id'],
    ['an encoded question mark', 'me/messages/AA%3Fx'],
    ['a fragment', 'me/messages/AA#x'],
    ["an encoded # outside a guest's name", 'me/messages/AA%23x'],
    ['a backslash', 'me\\messages\\AA'],
    ['a backslash in an id', 'me/messages/AA\\..\\BB'],
    ['an encoded backslash', 'me/messages/AA%5CBB'],
    ['a control character', 'me/messages/A\nA'],
    ['an encoded control character', 'me/messages/AA%0D%0A'],
    ['an encoded NUL', 'me/messages/AA%00'],
    ['a character that turns the text around', 'me/messages/AA\u202eBB'],
    ['half a surrogate pair', 'me/messages/AA\ud800'],
    ['bad percent-encoding', 'me/messages/AA%zz'],
    ['percent-encoding that is no UTF-8', 'me/messages/%C3%28'],
    ['a slash in a mailbox', 'users/groups%2Fg/messages/AA'],
    ['a slash in a group', 'groups/a%2Fb/threads/t'],
    ['a group that looks like a mailbox', 'groups/x@contoso.com/threads/t'],
    ['a user called me', 'users/ME/messages/AA'],
    ['a key inside a key', "users('messages(''x'')')/messages/AA"],
    ['a segment of 513 characters', `me/messages/${'A'.repeat(513)}`],
    ['a path of 2,049 characters', `me/${'mailFolders/x/'.repeat(145)}messages/${'A'.repeat(7)}`],
    ['one that is too long once it is encoded', `me/mailFolders/${'ä'.repeat(500)}/messages/AA`],
  ])('refuses %s', (_what, text) => {
    refused(text);
  });

  it('says of a text without end only that it is too long', () => {
    expect(refused('x/'.repeat(50_000))).toBe("An item's path has at most 2048 characters.");
  });

  it('takes an id of 512 characters', () => {
    parsed(`me/messages/${'A'.repeat(512)}`);
  });

  it('shows at most 60 characters of a segment, nothing behind a question mark, and no control character', () => {
    expect(refused(`me/${'x'.repeat(100)}`)).toContain(`"${'x'.repeat(60)}…"`);
    expect(refused('me/messages/AA?authtoken=eyJhbGciOi')).not.toContain('eyJ');
    expect(refused('me/messages/A\u0007\u202eA')).toMatch(/^[^\u0007\u202e]*$/);
  });
});

describe('by property', () => {
  const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 24 }).filter((text) => !/^\s*$|[/#]/.test(text));
  const fill = (template: string, ids: readonly string[]) =>
    template.split('*').reduce((text, part, i) => text + (ids[i - 1] ?? 'AA') + part);
  const anyPath = fc
    .constantFrom(...templates)
    .chain(([form, template]) =>
      fc
        .array(id.map(encodeURIComponent), { minLength: 8, maxLength: 8 })
        .map((ids) => ({ form, path: fill(template, ids) })),
    );

  // what tries to leave a path, in places where an id is wanted, with and without the key form
  const up = fc.constantFrom('..', '.', '%2e', '%2e%2e', '%252e%252e', '.%2E', 'AA');
  const slash = fc.constantFrom('/', '%2f', '%252F', '\\', '%5c', '');
  const trick = fc.oneof(
    { weight: 4, arbitrary: fc.constant('AA=') },
    fc.array(fc.tuple(up, slash), { minLength: 1, maxLength: 3 }).map((parts) => parts.flat().join('')),
    fc.constantFrom('', '%00', 'A?b', 'A#b', '%3fb', '%', "x('y')", "messages('x')", "messages(''x'')", "'", '%27'),
    id,
  );
  const almost = fc
    .tuple(fc.constantFrom(...templates), fc.array(trick, { minLength: 8, maxLength: 8 }), fc.boolean())
    .map(([[, path], ids, keyed]) => [path.replace('megan@contoso.com', '*'), ids, keyed] as const)
    .map(([template, ids, keyed]) => fill(keyed ? template.replace(/\/\*/g, "('*')") : template, ids));

  it('prints what it parses back to the same item', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyPath, ({ form, path }) => {
        const result = parseItemPath(path);
        if (!result.ok) return; // ids with what is refused anywhere, such as a control character
        accepted++;
        expect(result.item.form).toBe(form);
        expect(parsed(printItemPath(result.item))).toEqual(result.item);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('accepts no item that leaves its path: a URL made of it has the segments that were checked', () => {
    let accepted = 0;
    fc.assert(
      fc.property(almost, (text) => {
        const result = parseItemPath(text);
        if (!result.ok) return;
        accepted++;
        expect(parsed(printItemPath(result.item))).toEqual(result.item);
        const url = new URL(`http://graph.test/v1.0/${printItemPath(result.item)}/attachments`);
        const segments = url.pathname.split('/').slice(2);
        expect(url.search + url.hash).toBe('');
        expect(segments.map(decodeURIComponent)).toEqual([...result.item.segments, 'attachments']);
        expect(decodeURIComponent(decodeURI(url.pathname))).not.toMatch(/(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('answers whatever text it is given, in one line', () => {
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: 'binary' })), (text) => {
        const result = parseItemPath(text);
        if (!result.ok) expect(result.detail).toMatch(/^[^\p{Cc}]+$/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('matches a pattern exactly where a regular expression of the same meaning does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'B', '*', '.', '@'), maxLength: 7 });
    fc.assert(
      fc.property(letters, letters, (pattern, owner) => {
        const meant = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i');
        expect(allowedBy([pattern], owner)).toBe(meant.test(owner));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('whose item it is', () => {
  it.each([
    ['users/Megan@Contoso.com/messages/AA', 'Megan@Contoso.com', 'megan@contoso.com'],
    ['me/events/AA', 'me', 'me'],
    ['groups/2B1C/threads/t', 'groups/2B1C', 'groups/2b1c'],
    ['ME/joinedGroups/2B1C/threads/t/posts/p', 'groups/2B1C', 'groups/2b1c'],
    ['users/joinedGroups/joinedGroups/2B1C/events/e', 'groups/2B1C', 'groups/2b1c'],
    ['users/me2/messages/joinedGroups', 'me2', 'me2'],
    ['groups/joinedGroups/threads/joinedGroups', 'groups/joinedGroups', 'groups/joinedgroups'],
  ])('%s is of %s', (path, owner, key) => {
    expect(ownerOf(parsed(path))).toBe(owner);
    expect(mailboxKey(parsed(path))).toBe(key);
  });

  it('has one key for an item whose owner is written in another case, another for an id in another case', () => {
    const key = (path: string) => itemKey(parsed(path));
    expect(key('users/MEGAN@contoso.com/messages/AAmk')).toBe(key("Users('megan@contoso.com')/Messages('AAmk')"));
    expect(key('me/joinedGroups/2B1C/threads/T')).toBe(key('me/joinedGroups/2b1c/threads/T'));
    expect(key('users/megan@contoso.com/messages/AAmk')).not.toBe(key('users/megan@contoso.com/messages/AAMK'));
    expect(key('ME/mailfolders/Inbox/messages/AA')).toBe('me/mailFolders/Inbox/messages/AA');
    expect(key('me/messages/AA')).not.toBe(key('me/messages/aa'));
  });

  it.each([
    [['*'], 'anyone@contoso.com', true],
    [['*@contoso.com'], 'Megan@CONTOSO.com', true],
    [['*@contoso.com'], 'megan@contoso.com.evil.org', false],
    [['*@contoso.com'], 'megan@notcontoso.com', false],
    [['m*n@*.com'], 'megan@contoso.com', true],
    [['a*a'], 'a', false],
    [['me'], 'me', true],
    [['me'], 'megan', false],
    [['groups/*'], 'groups/2b1c', true],
    [['groups/2B1C'], 'groups/2b1c', true],
    [['megan.contoso.com'], 'megan@contoso.com', false],
    [['nobody', 'megan@contoso.com'], 'megan@contoso.com', true],
    [[], 'megan@contoso.com', false],
    [[''], 'megan@contoso.com', false],
  ])('patterns %j allow %s: %s', (patterns, owner, allowed) => {
    expect(allowedBy(patterns, owner)).toBe(allowed);
  });
});
