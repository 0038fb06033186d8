import { createHash } from 'node:crypto';
import type { FenceToken } from '../../src/core/job/record';
import type { UploadRecord } from '../../src/core/upload/record';
import { withSession } from '../../src/core/upload/record';
import { printItemPath } from '../../src/core/items/path';
import { itemOf } from '../../src/core/upload/request';
import type { WireReply } from '../../src/core/wire/reply';
import { ownerKey } from '../../src/app/uploads/owner';
import { claimedItem } from '../../src/app/uploads/keys';
import { claimAttachment, hashOfId, holderOf } from '../../src/app/uploads/ownership';
import { search, Search } from '../../src/app/uploads/search';
import { createUploadSession } from '../../src/functions/activities/upload/createUploadSession';
import { claimUpload } from '../../src/functions/activities/upload/claimUpload';
import { endUpload } from '../../src/functions/activities/upload/endUpload';
import { postAttachment } from '../../src/functions/activities/upload/postAttachment';
import { removeAttachment } from '../../src/functions/activities/upload/removeAttachment';
import { listAttachments } from '../../src/functions/activities/upload/listAttachments';
import { verifyAttachment } from '../../src/functions/activities/upload/verifyAttachment';
import { uploadRange } from '../../src/functions/activities/upload/uploadRange';
import type { Dependencies } from '../../src/dependencies';
import { activeRecord, claimedRun, ended, idSource, startOfTime } from './support/sampleRecord';
import { world, World } from './support/world';

let w: World;
let id: string;
beforeEach(() => {
  w = world();
  id = idSource()();
});
const reply = (status: number, json?: unknown): WireReply => ({ kind: 'reply', status, json });
const deps = (more: object = {}): Dependencies => Object.assign(w.deps, more) as unknown as Dependencies;
const stored = async (): Promise<UploadRecord> => (await w.records.get(id))!.value;

describe('an upload that begins', () => {
  const noOwner = { ownerId: async () => reply(403) };
  const begin = () => claimUpload({ id, execution: 'e1' }, deps({ messages: noOwner }));

  it('asks the allow-list again: it may have changed since the upload was accepted', async () => {
    await w.records.insert(activeRecord(id));
    deps({ settings: { ...w.deps.settings, allowedMailboxes: ['*@fabrikam.com'] } });
    const refusal = { do: 'end', end: { status: 'failed', error: { code: 'MailboxNotAllowed' } } };
    expect(await begin()).toMatchObject({ kind: 'yours', state: [{ job: { asked: refusal } }, {}] });
  });

  it('lists the item first where it is allowed', async () => {
    await w.records.insert(activeRecord(id));
    expect(JSON.stringify(await begin())).toContain('"listAttachments"');
  });
});

describe('a session that another run has opened, too', () => {
  const token: FenceToken = { epoch: 1, no: 4, by: 'second' };
  const session = { uploadUrl: 'https://outlook.office.com/mine', expirationDateTime: '2026-11-22T11:00:00Z' };
  const open = (cancel: () => Promise<WireReply>) => {
    const sessions = () => ({ create: async () => reply(201, session), cancel });
    const { request } = activeRecord(id);
    const call = { request, token, turn: 'again', mayStillAct: async () => true, step: {}, progress: undefined };
    return createUploadSession(call as unknown as Parameters<typeof createUploadSession>[0], deps({ sessions }));
  };
  const first = { sealedUrl: 'of the first run', expiresAt: startOfTime + 3_600_000, openedBy: '1/4' };
  /** The first run writes while the second one asks the service. */
  const race = async (): Promise<void> => {
    await w.records.insert({ ...activeRecord(id), run: { ...claimedRun, fence: 4, by: 'first' } });
    const get = w.records.get.bind(w.records);
    let reads = 0;
    w.deps.records.get = async (of) => {
      if (++reads === 2) {
        const { value, version } = (await get(of))!;
        await w.records.replace({ ...value, facts: withSession(value.facts, first, startOfTime) }, version);
      }
      return get(of);
    };
  };

  it('is written down before it is closed, so that a crash leaves it to the watch', async () => {
    await race();
    const known: number[] = [];
    const said = await open(async () => {
      known.push((await stored()).facts.sessions.length);
      return reply(204);
    });
    expect(known).toEqual([2]);
    expect(said).toMatchObject({ kind: 'opened', session: { sealedUrl: 'of the first run' } });
    expect((await stored()).facts.sessions).toEqual([first]);
  });

  it('stays on the record where the service does not close it', async () => {
    await race();
    await open(async () => reply(503));
    expect((await stored()).facts.sessions).toHaveLength(2);
  });
});

describe('the sessions of a record', () => {
  const session = (n: number, expiresAt: number) => ({ sealedUrl: `s${n}`, expiresAt });

  it('are those that are still open, a hundred at most', () => {
    let facts = withSession({ commits: 0, sessions: [session(0, 5)] }, session(1, 1000), 10);
    expect(facts.sessions).toEqual([session(1, 1000)]);
    for (let n = 2; n < 500; n++) facts = withSession(facts, session(n, 1000), 10);
    expect(facts.sessions).toHaveLength(100);
    expect(facts.sessions.at(-1)).toEqual(session(499, 1000));
  });
});

describe('a mailbox under several names', () => {
  const item = (owner: string) => itemOf(activeRecord(id, { item: `users/${owner}/messages/A=` }).request);

  it('is one for pacing and order, asked of the directory once', async () => {
    const asked: unknown[] = [];
    const messages = { ownerId: async (mailbox: unknown) => (asked.push(mailbox), { kind: 'owner', id: 'OBJECT-1' }) };
    const all = deps({ messages });
    const names = ['megan@contoso.com', 'Megan@Contoso.com', 'object-1'];
    const keys = [];
    for (const name of names) keys.push(await ownerKey(item(name), all));
    expect([keys, asked.length]).toEqual([Array(3).fill('object-1'), 2]); // a name in another case is no other name
  });

  it('is taken as it is written where the app may not ask, for ten minutes', async () => {
    let status = 403;
    let asked = 0;
    const ownerId = async () => (asked++, status === 403 ? reply(status) : { kind: 'owner', id: 'OBJECT-1' });
    const all = deps({ messages: { ownerId } });
    const key = () => ownerKey(item('megan@contoso.com'), all);
    expect([await key(), await key(), asked]).toEqual(['megan@contoso.com', 'megan@contoso.com', 1]);
    status = 200;
    w.later(10 * 60_000);
    expect(await key()).toBe('object-1');
  });
});

describe('an item under its two ids', () => {
  const token: FenceToken = { epoch: 1, no: 1, by: 'me' };
  const keysAfterList = async (itemId: string | undefined) => {
    const record = { ...activeRecord(idSource()()), run: claimedRun, keys: { mailbox: 'm', item: 'by path' } };
    await w.records.insert(record);
    const attachments = { list: async () => ({ kind: 'list', attachments: [] }) };
    const messages = { readItem: async () => (itemId === undefined ? reply(403) : { kind: 'item', id: itemId }) };
    const call = { request: record.request, token } as unknown as Parameters<typeof listAttachments>[0];
    const said = await listAttachments(call, deps({ attachments, messages }));
    const { keys } = (await w.records.get(record.id))!.value;
    return { said, keys, claimed: printItemPath(await claimedItem(record.request, w.deps)) };
  };

  it('is locked and claimed by the immutable one', async () => {
    const { said, keys, claimed } = await keysAfterList('AAkALgD=');
    expect(keys).toMatchObject({ mailbox: 'm', itemId: 'AAkALgD=' });
    expect(said).toEqual({ kind: 'listed', itemKey: keys?.item });
    expect(keys?.item).not.toBe('by path');
    expect(claimed).toMatch(/messages\/AAkALgD%3D$/);
  });

  it('is known by its path where Graph does not tell', async () => {
    const { said, keys } = await keysAfterList(undefined);
    expect([said, keys]).toEqual([
      { kind: 'listed', itemKey: 'by path' },
      { mailbox: 'm', item: 'by path' },
    ]);
  });
});

describe('an answer that gives the id of another attachment', () => {
  const verify = async (
    attachmentId: string,
    name = 'q3.pdf',
    digest: () => Promise<unknown> = async () => reply(504),
  ) => {
    const run = { request: activeRecord(id).request, step: { attachmentId }, progress: { way: 'post' } };
    const metadata = async () => reply(200, { id: attachmentId, name, size: 170 });
    return verifyAttachment(
      run as unknown as Parameters<typeof verifyAttachment>[0],
      deps({ attachments: { metadata, digest } }),
    );
  };

  it('is not believed: neither of what was there before nor of what another upload has claimed', async () => {
    const facts = { ...activeRecord(id).facts, before: [hashOfId('old')] };
    await w.records.insert({ ...activeRecord(id), facts });
    await claimAttachment(w.deps, itemOf(activeRecord(id).request), 'theirs', 'another upload');
    expect(await verify('old')).toEqual({ kind: 'another' });
    expect(await verify('theirs')).toEqual({ kind: 'another' });
    expect(await verify('ours')).toMatchObject({ kind: 'unclear' });
  });

  it('nor of what has another name and other bytes: it is not ours to be removed', async () => {
    const { sizeBytes } = activeRecord(id).request;
    await w.records.insert(activeRecord(id));
    const bytes = Buffer.alloc(sizeBytes ?? 0);
    deps({ blobs: { ...w.deps.blobs, read: async () => ({ kind: 'bytes', bytes, release: () => undefined }) } });
    const others = async () => ({ kind: 'digest', sizeBytes, sha256: 'others', parts: ['others'] });
    expect(await verify('a', 'minutes.docx', others)).toEqual({ kind: 'another' });
    expect(await verify('b', 'q3.pdf', others)).toMatchObject({ kind: 'read' });
  });
});

describe('the removal of what a delivery’s upload has attached', () => {
  const remove = async (wasDraft: boolean | undefined, seen: unknown) => {
    const record = activeRecord(id, { delivery: 'd' });
    const removed: string[] = [];
    const api = { remove: async (_item: unknown, one: string) => (removed.push(one), reply(204)) };
    const deliveries = { get: async () => ({ value: { facts: { wasDraft } } }) };
    const call = { request: record.request, step: { attachmentId: 'a' }, turn: 'first' };
    const said = await removeAttachment(
      call as unknown as Parameters<typeof removeAttachment>[0],
      deps({ attachments: api, deliveries, messages: { read: async () => seen } }),
    );
    return [said.kind, removed];
  };
  const message = (isDraft: boolean) => ({ kind: 'message', message: { isDraft } });

  it('leaves a message that somebody has sent, and one of which nothing is known', async () => {
    expect(await remove(true, message(false))).toEqual(['sentByOthers', []]);
    expect(await remove(undefined, message(false))).toEqual(['sentByOthers', []]);
    expect(await remove(true, reply(503))).toEqual(['unclear', []]);
  });

  it('is done on a draft, on what is gone, and on what was no draft before', async () => {
    expect(await remove(true, message(true))).toEqual(['removed', ['a']]);
    expect(await remove(true, reply(404))).toEqual(['removed', ['a']]);
    expect(await remove(false, message(false))).toEqual(['removed', ['a']]);
  });
});

describe('a reply to a thread that was answered 404', () => {
  const post = async (notFound: number, posts: unknown) => {
    const request = { ...activeRecord(id, { sizeBytes: 12 }).request, item: 'groups/g/threads/t' };
    const asked: string[] = [];
    const api = { post: async () => (asked.push('post'), reply(202)) };
    const messages = { posts: async () => (asked.push('look'), posts) };
    const read = async () => ({ kind: 'bytes', bytes: Buffer.alloc(12), release: () => undefined });
    const progress = { tries: { failed: notFound, crashed: 0, notFound }, digests: [] };
    const call = { request, progress, step: {}, turn: 'first', mayStillAct: async () => true };
    const said = await postAttachment(
      call as unknown as Parameters<typeof postAttachment>[0],
      deps({ attachments: api, messages, blobs: { ...w.deps.blobs, read } }),
    );
    return [said.kind, asked];
  };
  const none = { kind: 'posts', posts: [] };
  const ours = { kind: 'posts', posts: [{ attachments: [{ name: 'q3.pdf', sizeBytes: 12 }] }] };

  it('is looked for before it is sent again', async () => {
    expect(await post(0, none)).toEqual(['replied', ['post']]);
    expect(await post(1, none)).toEqual(['replied', ['look', 'post']]);
    expect(await post(1, ours)).toEqual(['replied', ['look']]);
    expect(await post(1, reply(404))).toEqual(['itemNotFound', ['look']]);
    expect(await post(1, reply(503))).toEqual(['unclear', ['look']]);
  });
});

describe('a search', () => {
  const blobs = {
    ...world().deps.blobs,
    read: async () => ({ kind: 'bytes', bytes: Buffer.alloc(12), release: () => undefined }),
  };
  const ours = createHash('sha256').update(Buffer.alloc(12)).digest('hex');
  const gone: WireReply = reply(504);
  const isAwaited = async (): Promise<boolean> => true;
  /** Of a file of 12 bytes, among attachments whose contents have these digests; undefined: not to be read. */
  const find = async (digests: readonly (string | undefined)[], wanted: Partial<Search> = {}, readMs = 0) => {
    const attachments = digests.map((_, n) => ({ id: `a${n}`, name: 'q3.pdf', sizeBytes: 170 }));
    const digest = async (_item: unknown, attachmentId: string) => {
      w.later(readMs);
      const sha256 = digests[Number(attachmentId.slice(1))];
      return sha256 === undefined ? gone : { kind: 'digest', sizeBytes: 12, sha256, parts: [sha256] };
    };
    const { request } = activeRecord(id, { sizeBytes: 12 });
    if (!(await w.records.get(id))) await w.records.insert(activeRecord(id, { sizeBytes: 12 }));
    const api = { list: async () => ({ kind: 'list', attachments }), digest };
    const how = { most: 1, isPatient: true, isAwaited, ...wanted };
    return search(request, undefined, how, deps({ attachments: api, blobs }));
  };
  const owners = () => Promise.all(['a0', 'a1'].map((one) => holderOf(w.deps, itemOf(activeRecord(id).request), one)));

  it('among large files of one name stops before its activity would be ended, and goes on with what is left', async () => {
    const seen = await find(['x', 'x', 'x', 'x'], {}, 100_000);
    expect(seen).toMatchObject({ kind: 'seen', found: [], isWhole: false, lookalikes: [{}, {}, {}] });
  });

  it('finds what has our bytes behind what cannot be read', async () => {
    for (const isPatient of [true, false])
      expect(await find([undefined, ours], { isPatient })).toMatchObject({ found: [{ id: 'a1', proof: 'bytes' }] });
    expect(await find([undefined, 'x'])).toMatchObject({ kind: 'unclear', isUnread: true });
  });

  it('takes nothing unread while one of its name was read once: that reading may have been wrong', async () => {
    const seen = await find([undefined, 'x'], { isPatient: false });
    expect(seen).toMatchObject({ kind: 'seen', found: [], lookalikes: [{ id: 'a1', sha256: 'x' }] });
  });

  it('takes what is listed as ours where it cannot be read, but does not guess which of two it is', async () => {
    expect(await find([undefined], { isPatient: false })).toMatchObject({ found: [{ id: 'a0', proof: 'receipts' }] });
    expect(await find([undefined, undefined], { isPatient: false })).toEqual({ kind: 'undecided' });
  });

  it('does not take it where another upload of this name sent ranges to the item', async () => {
    const another = (sizeBytes: number) => ended(activeRecord(`of ${sizeBytes}`, { sizeBytes }), 'failed', startOfTime);
    await w.records.insert(another(12)); // by a POST, which is whole or not there
    expect(await find([undefined], { isPatient: false })).toMatchObject({ found: [{ id: 'a0', proof: 'receipts' }] });
    await w.records.insert(another(12_000_000));
    expect(await find([undefined], { isPatient: false })).toEqual({ kind: 'undecided' });
    expect(await find([ours])).toMatchObject({ found: [{ id: 'a0', proof: 'bytes' }] });
  });

  it('claims nothing where the upload has gone on without it', async () => {
    expect(await find([ours], { isAwaited: async () => false })).toEqual({ kind: 'unclear' });
    expect(await owners()).toEqual([undefined, undefined]);
  });

  it('claims copies, too, so that no other upload takes one that cannot be removed', async () => {
    expect(await find(['x', ours], { keep: 'a0' })).toMatchObject({ found: [{ id: 'a1' }] });
    expect(await owners()).toEqual([undefined, id]);
  });
});

describe('the end of an upload', () => {
  const receipts = { find: async () => undefined, write: async () => undefined };
  const attachment = { id: 'a', name: 'q3.pdf', location: null, sha256: null, verified: true, method: 'post' } as const;
  const succeeded = { status: 'succeeded', attachment, warnings: [], timeline: [], bytesSent: 1, endedAt: 1 } as const;
  const warningsOf = async (record: UploadRecord, notifyAttendees?: boolean) => {
    await w.records.insert({ ...record, run: claimedRun });
    const deliveries = { get: async () => ({ value: { request: { notifyAttendees } } }) };
    await endUpload({ id, epoch: 1, step: { end: succeeded } }, deps({ receipts, deliveries }), w.deps.instances);
    return (await stored()).end?.warnings.map(({ code }) => code);
  };

  it('tells whoever cancelled it too late', async () => {
    expect(await warningsOf({ ...activeRecord(id), cancelRequestedAt: 1 })).toEqual(['CancelledTooLate']);
  });

  it.each([
    [true, []],
    [false, ['AttendeesNotUpdated']],
  ])('of an event tells of its attendees, unless its delivery notifies them: %s', async (notifies, codes) => {
    const record = activeRecord(id, { delivery: 'd' });
    const request = { ...record.request, item: 'users/megan@contoso.com/events/AAMkAD=' };
    expect(await warningsOf({ ...record, request }, notifies)).toEqual(codes);
  });
});

describe('the end of a delivery’s upload', () => {
  it('wakes the delivery, which need not poll for it', async () => {
    await w.records.insert({ ...activeRecord(id, { delivery: 'the delivery' }), run: claimedRun });
    const end = { status: 'failed', warnings: [], timeline: [], bytesSent: 0, endedAt: 1 } as const;
    const receipts = { find: async () => undefined, write: async () => undefined };
    const deliveries = { get: async () => undefined };
    await endUpload({ id, epoch: 1, step: { end } }, deps({ receipts, deliveries }), w.deps.instances);
    expect(w.raised).toEqual(['nudge the delivery']);
  });
});

describe('a second run of a range', () => {
  const rangeBytes = 10;
  let sent: number[];
  /** The reads of a blob that are held, by the first byte. */
  let held: Map<number, () => void>;
  beforeEach(() => {
    sent = [];
    held = new Map();
  });
  const run = (epoch: number, no: number, start: number, isHeld = false) => {
    const { request } = { ...activeRecord(id) };
    const range = { start, end: start + rangeBytes - 1 };
    const session = { sealedUrl: 'sealed', expiresAt: startOfTime + 3_600_000 };
    const step = { do: 'uploadRange', range, session, more: 0, isLast: false };
    const token = { epoch, no, by: `${no}` };
    const call = { request, step, token, turn: 'first', mayStillAct: async () => true, progress: undefined };
    const read = async () => {
      if (isHeld) await new Promise<void>((resolve) => held.set(start, resolve));
      return { kind: 'bytes', bytes: Buffer.alloc(rangeBytes), release: () => undefined };
    };
    const put = async (_url: string, { start: from }: { start: number }) => {
      sent.push(from);
      return reply(202, { nextExpectedRanges: [`${from + rangeBytes}-`] });
    };
    const parts = deps({
      blobs: { read, readAhead: () => undefined },
      secrets: { open: () => 'https://outlook.office.com/upload' },
      sessions: () => ({ put }),
    });
    return uploadRange(call as unknown as Parameters<typeof uploadRange>[0], parts);
  };
  /** It reads until a later step has begun. */
  const late = async (then: () => Promise<unknown>) => {
    const second = run(1, 5, 0, true);
    await then();
    held.get(0)!();
    return second;
  };

  it('sends nothing any more where the next range has begun meanwhile', async () => {
    expect((await run(1, 5, 0)).kind).toBe('accepted');
    expect(await late(() => run(1, 6, rangeBytes))).toMatchObject({ kind: 'unclear' });
    expect(sent).toEqual([0, rangeBytes]);
  });

  it('sends it where nothing came after it: the first run may have died', async () => {
    await late(() => Promise.resolve());
    expect(sent).toEqual([0]);
  });

  it('of an execution that was resumed counts from the beginning', async () => {
    await run(1, 6, rangeBytes);
    expect((await run(2, 3, 0)).kind).toBe('accepted');
    expect(sent).toEqual([rangeBytes, 0]);
  });
});
