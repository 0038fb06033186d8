import { mailboxOf, messagePath, parseMailbox } from '../../../src/core/items/mailbox';
import { markedMessage, markProperty } from '../../../src/core/delivery/mark';
import { parseItemPath } from '../../../src/core/items/path';
import { isUploadId, uploadIdIn } from '../../../src/core/upload/id';

describe('a mailbox', () => {
  it.each([
    ['me', ['me']],
    ['users/megan@contoso.com', ['users', 'megan@contoso.com']],
    ['Users/alex%23EXT%23@contoso.com', ['users', 'alex#EXT#@contoso.com']],
  ])('%s is read', (text, segments) => {
    expect(parseMailbox(text)).toMatchObject({ text, segments });
  });

  it.each([
    '',
    'users',
    'groups/x',
    'users/x/mailFolders/y',
    'users/x/messages/y',
    '/users/x',
    'users/x/',
    'users/../x',
    'https://x',
  ])('%p is none', (text) => {
    expect(parseMailbox(text)).toBeUndefined();
  });

  it('of an item is found again, and a message in it by whatever id', () => {
    const mailbox = parseMailbox('users/megan@contoso.com')!;
    for (const id of ['AAMkAD=', 'a/b+c%d', '-_']) {
      const parsed = parseItemPath(messagePath(mailbox, id));
      if (!parsed.ok) throw new Error(parsed.detail);
      expect(parsed.item.segments).toEqual(['users', 'megan@contoso.com', 'messages', id]);
      expect(mailboxOf(parsed.item)?.segments).toEqual(mailbox.segments);
    }
    expect(messagePath(mailbox, 'AAMkAD=')).toBe('users/megan@contoso.com/messages/AAMkAD=');
  });
});

it('the mark stands beside what the caller gave', () => {
  const given = { id: 'String {00000000-0000-0000-0000-000000000000} Name X', value: 'v' };
  const marked: unknown = JSON.parse(markedMessage({ subject: 's', singleValueExtendedProperties: [given] }, 'd1'));
  const mark = { id: markProperty, value: 'd1' };
  expect(marked).toEqual({ subject: 's', singleValueExtendedProperties: [given, mark] });
});

it("the uploads' ids follow from the delivery's, in order, also over the end of the numbers", () => {
  for (const id of ['019aa000-0000-7000-8000-000000000000', '019aa000-0000-7000-8000-ffffffffffff']) {
    const ids = [0, 1, 99].map((index) => uploadIdIn(id, index));
    expect(ids.every(isUploadId)).toBe(true);
    expect(new Set([id, ...ids]).size).toBe(4);
  }
});
