import type { WireReply } from '../../../src/core/wire/reply';
import { parseAttachment, parseListed, parseMessage, parsePost, readCreated } from '../../../src/core/wire/resources';
import {
  readChanged,
  readClosed,
  readOpened,
  readPost,
  readPut,
  readRemoved,
  readReplied,
  readSent,
  readStatus,
} from '../../../src/core/wire/success';

type Reply = Extract<WireReply, { kind: 'reply' }>;
const now = Date.parse('2026-11-22T09:00:00Z');
const reply = (status: number, more: Partial<Reply> = {}): WireReply => ({ kind: 'reply', status, ...more });
const reset: WireReply = { kind: 'fault', fault: 'reset' };

describe('a range', () => {
  it('was accepted, with what is missing where the service says it', () => {
    expect(readPut(reply(200, { json: { nextExpectedRanges: ['4-'] } }), 10)).toEqual({
      kind: 'accepted',
      missing: [{ start: 4, end: 9 }],
    });
    expect(readPut(reply(200, { json: { NextExpectedRanges: ['4'] } }), 10)).toMatchObject({ kind: 'accepted' });
    expect(readPut(reply(202, { json: {} }), 10)).toEqual({ kind: 'accepted' });
  });
  it('attached, with its id where Location has one', () => {
    expect(readPut(reply(201, { location: "https://h/Attachments('A=')" }), 10)).toEqual({
      kind: 'attached',
      id: 'A=',
    });
    expect(readPut(reply(201), 10)).toEqual({ kind: 'attached' });
  });
  it('is not read from a page of somebody else, an error or no answer', () => {
    for (const other of [reply(200), reply(200, { json: 'text' }), reply(404), reset])
      expect(readPut(other, 10)).toBeUndefined();
  });
});

it('a POST attached only where the answer has an id', () => {
  expect(readPost(reply(201, { json: { id: 'A=' } }))).toEqual({ kind: 'attached', id: 'A=' });
  expect(readPost(reply(200, { json: { Id: 'A=' } }))).toEqual({ kind: 'attached', id: 'A=' });
  for (const other of [
    reply(201),
    reply(201, { json: { id: '' } }),
    reply(202),
    reply(400, { json: { id: 'A' } }),
    reset,
  ])
    expect(readPost(other)).toBeUndefined();
});

it('only a 202 says that a message was sent or a reply posted', () => {
  for (const read of [readSent, readReplied]) {
    expect(read(reply(202))).toBeDefined();
    for (const other of [reply(200), reply(201), reply(204), reply(429), reset]) expect(read(other)).toBeUndefined();
  }
});

it('a session was opened only where there is a URL', () => {
  const json = { uploadUrl: 'https://outlook.office.com/x', expirationDateTime: '2026-11-22T10:00:00Z' };
  expect(readOpened(reply(201, { json }), 10, now)).toMatchObject({
    kind: 'opened',
    session: { uploadUrl: json.uploadUrl, expiresAt: now + 3_600_000 },
  });
  for (const other of [reply(201), reply(201, { json: { uploadUrl: '' } }), reply(500, { json }), reset])
    expect(readOpened(other, 10, now)).toBeUndefined();
});

it('a status says what is missing, or none', () => {
  const json = { nextExpectedRanges: ['4-7', '9'] };
  expect(readStatus(reply(200, { json }), 10)).toEqual({
    kind: 'expects',
    missing: [
      { start: 4, end: 7 },
      { start: 9, end: 9 },
    ],
  });
  expect(readStatus(reply(200, { json: {} }), 10)).toEqual({ kind: 'noStatus' });
  expect(readStatus(reply(404), 10)).toBeUndefined();
});

it('a session was closed, an attachment removed, an item changed by any 2xx', () => {
  for (const read of [readClosed, readRemoved, readChanged]) {
    expect(read(reply(204))).toBeDefined();
    expect(read(reply(404))).toBeUndefined();
    expect(read(reset)).toBeUndefined();
  }
});

describe('resources', () => {
  it('an attachment, in any case of keys', () => {
    expect(parseListed({ id: 'A', name: 'a.txt', size: 178, isInline: false })).toEqual({
      id: 'A',
      name: 'a.txt',
      sizeBytes: 178,
      isInline: false,
    });
    expect(parseListed({ Id: 'A', name: null })).toEqual({ id: 'A', name: '' });
    expect(parseListed({ name: 'a.txt' })).toBeUndefined();
    expect(
      parseAttachment({ id: 'A', name: 'a', contentId: 'logo', contentType: 'image/png', '@odata.type': '#x' }),
    ).toEqual({ id: 'A', name: 'a', contentId: 'logo', contentType: 'image/png', type: '#x' });
    expect(parseAttachment({ id: 'A', name: 'a', contentId: null })).toEqual({ id: 'A', name: 'a' });
  });
  it('a message, with whether it goes to anybody', () => {
    const draft = { id: 'M', isDraft: true, internetMessageId: '<m@h>', subject: 'Q3', hasAttachments: false };
    const to = [{ emailAddress: { address: 'alex@contoso.com' } }];
    expect(parseMessage({ ...draft, toRecipients: [], bccRecipients: to })).toEqual({
      id: 'M',
      isDraft: true,
      sentAt: undefined,
      hasRecipients: true,
      hasAttachments: false,
      internetMessageId: '<m@h>',
      subject: 'Q3',
    });
    expect(parseMessage({ ...draft, toRecipients: [] })).toMatchObject({ hasRecipients: false });
    expect(parseMessage({ id: 'M' })).toBeUndefined();
  });
  it('a draft was made only where the answer has an id', () => {
    expect(readCreated(reply(201, { json: { id: 'M', internetMessageId: '<m@h>' } }))).toEqual({
      id: 'M',
      internetMessageId: '<m@h>',
    });
    for (const other of [reply(200), reply(201, { json: {} }), reply(400, { json: { id: 'M' } }), reset])
      expect(readCreated(other)).toBeUndefined();
  });
  it('a post with its attachments, and the digest of their bytes where they come along', () => {
    const digest = (base64: string) => `digest of ${base64}`;
    const listed = { id: 'A', name: 'a', size: 3 };
    const json = {
      id: 'P',
      createdDateTime: '2026-11-22T09:00:00Z',
      attachments: [listed, { ...listed, contentBytes: 'eHl6' }],
    };
    const read = { id: 'A', name: 'a', sizeBytes: 3 };
    expect(parsePost(json, digest)).toEqual({
      id: 'P',
      createdAt: now,
      attachments: [read, { ...read, sha256: 'digest of eHl6' }],
    });
    expect(parsePost({ id: 'P' }, digest)).toEqual({ id: 'P', createdAt: undefined, attachments: [] });
    expect(parsePost({ id: 'P', attachments: [{ name: 'no id' }] }, digest)).toBeUndefined();
  });
});
