import { mailboxOf, messagePath, parseMailbox } from '../../../src/core/items/mailbox';
import { markedMessage, markProperty } from '../../../src/core/delivery/mark';
import { readMessageReply } from '../../../src/core/wire/deliveryReplies';
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

describe('an answer about a message', () => {
  const reply = (status: number, code = '', retryAfter?: string) => ({
    kind: 'reply' as const,
    status,
    json: { error: { code } },
    ...(retryAfter === undefined ? {} : { retryAfter }),
    requestId: 'r1',
  });
  it.each([
    ['send', reply(429, 'TooMany', '3'), { kind: 'throttled', retryAfterMs: 3000 }],
    ['send', reply(503), { kind: 'uncertain' }],
    ['send', reply(409), { kind: 'uncertain' }],
    ['send', reply(400, 'ErrorInvalidRecipients'), { kind: 'refused', problem: { code: 'InvalidRequest' } }],
    ['send', reply(413, 'ErrorMessageSizeExceeded'), { kind: 'refused', problem: { code: 'MessageSizeExceeded' } }],
    ['send', reply(404), { kind: 'notFound' }],
    ['create', reply(404), { kind: 'refused', problem: { code: 'ItemNotFound' } }],
    ['create', reply(201), { kind: 'uncertain' }],
    ['create', reply(403), { kind: 'refused', problem: { code: 'AccessDenied' } }],
    ['remove', reply(404), { kind: 'removed' }],
  ] as const)('to %s %j', (call, answer, outcome) => {
    expect(readMessageReply(call, answer, 0)).toMatchObject({ ...outcome, requestId: 'r1' });
  });

  it('without an answer is uncertain, without a token surely not sent', () => {
    expect(readMessageReply('send', { kind: 'fault', fault: 'timeout' }, 0)).toEqual({ kind: 'uncertain' });
    expect(readMessageReply('send', { kind: 'fault', fault: 'noToken' }, 0)).toEqual({ kind: 'notSent' });
  });
});
