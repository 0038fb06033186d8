import { itemForms } from '../../../src/core/items/grammar';
import { allowedBy, itemKey, mailboxKey, ownerOf, parseItemPath, printItemPath } from '../../../src/core/items/path';
import { parsed, refused, templates } from './itemTemplates';

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
    ['an OData word for an id', 'me/messages/$value'],
    ['an OData word, encoded', 'me/mailFolders/%24count/messages/AA'],
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
