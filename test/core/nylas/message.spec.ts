import {
  graphMessage,
  isShownIn,
  messageOfGraph,
  messageResource,
  NylasMessage,
} from '../../../src/core/nylas/message';

const bare: NylasMessage = {
  to: [{ email: 'a@b.c' }],
  cc: [],
  bcc: [],
  replyTo: [],
  from: [],
  subject: 's',
  body: '<p>b</p>',
  isPlaintext: false,
  starred: false,
  customHeaders: [],
  attachments: [],
};
const full: NylasMessage = {
  ...bare,
  to: [{ email: 'a@b.c', name: 'A' }, { email: 'd@e.f' }],
  cc: [{ email: 'c@c.c' }],
  bcc: [{ email: 'x@y.z' }],
  replyTo: [{ email: 'r@r.r' }],
  from: [{ email: 'm@m.m', name: 'M' }],
  starred: true,
  customHeaders: [{ name: 'X-Order', value: '4711' }],
};

it('writes a message as Graph takes it', () => {
  expect(graphMessage(full)).toEqual({
    subject: 's',
    body: { contentType: 'html', content: '<p>b</p>' },
    toRecipients: [{ emailAddress: { address: 'a@b.c', name: 'A' } }, { emailAddress: { address: 'd@e.f' } }],
    ccRecipients: [{ emailAddress: { address: 'c@c.c' } }],
    bccRecipients: [{ emailAddress: { address: 'x@y.z' } }],
    replyTo: [{ emailAddress: { address: 'r@r.r' } }],
    from: { emailAddress: { address: 'm@m.m', name: 'M' } },
    flag: { flagStatus: 'flagged' },
    internetMessageHeaders: [{ name: 'X-Order', value: '4711' }],
  });
});

it('leaves out what is empty', () => {
  expect(graphMessage({ ...bare, to: [], isPlaintext: true })).toEqual({
    subject: 's',
    body: { contentType: 'text', content: '<p>b</p>' },
  });
});

it.each([
  ['a full one', full],
  ['a bare one', bare],
  ['one in plain text', { ...bare, isPlaintext: true }],
])('reads back what it wrote: %s', (_what, message) => {
  expect(messageOfGraph(JSON.parse(JSON.stringify(graphMessage(message))) as Record<string, unknown>)).toEqual(message);
});

describe('an attachment is inline', () => {
  it.each([
    ['<img src="cid:pic1">', 'pic1'],
    ["<img src='cid:pic1'>", 'pic1'],
    ['<div style="background:url(cid:pic1)">', 'pic1'],
    ['cid:pic1', 'pic1'],
    ['<img src="cid:pic10"><img src="cid:pic1">', 'pic1'],
    ['<img src="cid:logo%40x">', 'logo@x'],
  ])('where the body %s shows %s', (body, contentId) => {
    expect(isShownIn({ ...bare, body }, contentId)).toBe(true);
  });

  it.each([
    ['<img src="cid:pic10">', 'pic1'],
    ['<p>pic1</p>', 'pic1'],
    ['', 'pic1'],
    ['<img src="cid:">', undefined],
  ])('not where the body is %s and its id %s', (body, contentId) => {
    expect(isShownIn({ ...bare, body }, contentId)).toBe(false);
  });

  it('never in plain text', () => {
    expect(isShownIn({ ...bare, body: 'cid:pic1', isPlaintext: true }, 'pic1')).toBe(false);
  });
});

it('shows a message as Nylas does, in seconds and snake case', () => {
  const attachment = { id: 'at', filename: 'q.pdf', contentType: 'a/b', sizeBytes: 5, isInline: true, contentId: 'c' };
  const shown = messageResource('draft', full, { id: 'AAMk', grant: 'g', at: 1_500, attachments: [attachment] });
  expect(shown).toMatchObject({
    id: 'AAMk',
    object: 'draft',
    grant_id: 'g',
    date: 1,
    reply_to: [{ email: 'r@r.r' }],
    snippet: 'b',
    attachments: [
      { id: 'at', grant_id: 'g', filename: 'q.pdf', content_type: 'a/b', size: 5, is_inline: true, content_id: 'c' },
    ],
  });
});
