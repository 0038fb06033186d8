import type { Item } from '../../src/core/items/path';
import { answered, codeIn, idIn, OpenSession, sessionBytes, sessionFile, wordsOf } from './answers';
import { readingOf, seen, seenAndRead } from './seen';
import { at, serviceForSuite } from './service';

const suite = serviceForSuite();
const total = sessionBytes.length;

describe('what an upload session may be', () => {
  let draft: Item;
  let task: Item;
  beforeAll(async () => {
    [draft, task] = [await suite.it.draft(), await suite.it.task()];
  });
  const create = (attachmentItem: object) =>
    suite.it.graph.send({
      method: 'POST',
      path: [...draft.segments, 'attachments', 'createUploadSession'],
      body: JSON.stringify({ AttachmentItem: attachmentItem }),
    });

  it('not for a few bytes on a message: the app takes the POST then', async () => {
    const reply = await suite.it.outlook.create(draft, sessionFile({ sizeBytes: 3 }));
    expect(codeIn(answered(reply).json)).toBe('ErrorAttachmentSizeShouldNotBeLessThanMinimumSize');
    expect(readingOf('openSession', reply, 3)).toBe('wrongWay');
  });

  it.each([2_097_151, 2_097_152, 2_999_999, 3_000_000, 3_145_728])(
    'of %i bytes on a message (recorded: the border is not established)',
    async (sizeBytes) => {
      const reply = await suite.it.outlook.create(draft, sessionFile({ sizeBytes }));
      seen(`createUploadSession for ${sizeBytes} bytes`, wordsOf(reply), 'takes one POST where it is refused');
      if (answered(reply).status >= 300) {
        expect(readingOf('openSession', reply, sizeBytes)).toBe('wrongWay');
        return;
      }
      const session = await OpenSession.open(suite.it.outlook, draft, sessionFile({ sizeBytes }));
      await session.cancel();
    },
  );

  it('for a few bytes on a To Do task', async () => {
    const bytes = Buffer.from('soup');
    const session = await OpenSession.open(suite.it.todo, task, sessionFile({ sizeBytes: 4 }), bytes);
    const id = OpenSession.idOf(await session.put({ start: 0, end: 3 }));
    expect(await suite.it.attachments.value(task, id, 4)).toMatchObject({ kind: 'value', bytes });
  });

  it.each(['outlook', 'todo'] as const)('of no bytes (%s; recorded)', async (protocol) => {
    const item = protocol === 'todo' ? task : draft;
    const reply = await suite.it[protocol].create(item, sessionFile({ sizeBytes: 0 }));
    seen(`${protocol}: createUploadSession for 0 bytes`, wordsOf(reply), 'refuses an empty blob before it asks');
    expect(reply.kind).toBe('reply');
  });

  it.each(['item', 'reference'])('never of the kind %s', async (attachmentType) => {
    const reply = await create({ attachmentType, name: 'x', size: total });
    expect(answered(reply).status).toBeGreaterThanOrEqual(400);
    seen(`createUploadSession of attachmentType ${attachmentType}`, wordsOf(reply), 'posts such a resource instead');
    expect(readingOf('openSession', reply, total)).toBe('refused');
  });

  it('opened at an item that is not there: not found', async () => {
    const nowhere = at(`${draft.segments.slice(0, 2).map(encodeURIComponent).join('/')}/messages/AAMkNone=`);
    const reply = await suite.it.outlook.create(nowhere, sessionFile());
    seen('createUploadSession at an id that is none', wordsOf(reply), 'ends as ItemNotFound, at once or after a while');
    expect(['itemNotFound', 'refused']).toContain(readingOf('openSession', reply, total));
  });

  it('fed with a range over 4 MiB (recorded)', async () => {
    const bytes = Buffer.alloc(4_500_000, 7);
    const session = await OpenSession.open(suite.it.outlook, draft, sessionFile({ sizeBytes: bytes.length }), bytes);
    const reply = await session.put({ start: 0, end: 4_399_999 });
    seenAndRead('a range of 4,400,000 bytes', 'putRange', reply, bytes.length, ['accepted', 'wrongRange', 'refused']);
    await session.cancel();
  });

  it('opened through the folder that a message lies in (recorded)', async () => {
    const owner = draft.segments.slice(0, 2).map(encodeURIComponent).join('/');
    const nested = at(`${owner}/mailFolders/drafts/messages/${encodeURIComponent(draft.segments.at(-1) ?? '')}`);
    const reply = await suite.it.outlook.create(nested, sessionFile());
    seen('createUploadSession through mailFolders/drafts', wordsOf(reply), 'gives the refusal as it is');
    if (answered(reply).status >= 300) return;
    const id = await (await OpenSession.open(suite.it.outlook, nested)).finish();
    expect(answered(await suite.it.attachments.metadata(draft, id, undefined), 200).json).toMatchObject({
      name: 'flower.jpg',
    });
  });

  it('not given a bearer twice: the upload URL of To Do wants one, and its ranges go to /content', async () => {
    const session = await OpenSession.open(suite.it.todo, task);
    const put = (url: string) =>
      fetch(url, {
        method: 'PUT',
        body: sessionBytes.subarray(0, 100_000),
        headers: { 'Content-Range': `bytes 0-99999/${total}`, 'Content-Type': 'application/octet-stream' },
        redirect: 'manual',
      });
    expect((await put(`${session.url}/content`)).status).toBe(401);
    const bare = await put(session.url);
    seen('To Do: PUT without /content and bearer', String(bare.status), 'never sends it so');
    answered(await session.put({ start: 0, end: 99_999 }), 200);
    await session.cancel();
  });

  it.each(['a name without extension', 'Grüße € 文.pdf', 'a:b*c?.txt', "it's (1) [2] {3}.pdf", 'x'.repeat(255)])(
    'named %s, and reads back so (recorded where it does not)',
    async (name) => {
      const id = await (await OpenSession.open(suite.it.outlook, draft, sessionFile({ name }))).finish();
      const { json } = answered(await suite.it.attachments.metadata(draft, id, undefined), 200);
      const stored = (json as { name?: string }).name;
      const how = stored === name ? 'kept' : `became ${String(stored)}`;
      seen(`the name ${name.slice(0, 30)}`, how, 'finds its attachment by its bytes, and tells the stored name');
      expect(typeof stored).toBe('string');
      await suite.it.attachments.remove(draft, id);
    },
  );

  it('inline with a content id, which stay', async () => {
    const file = sessionFile({ name: 'logo.png', contentType: 'image/png', isInline: true, contentId: 'logo@1' });
    const id = await (await OpenSession.open(suite.it.outlook, draft, file)).finish();
    const select = 'name,contentType,isInline,microsoft.graph.fileAttachment/contentId';
    const { json } = answered(await suite.it.attachments.metadata(draft, id, select), 200);
    expect(json).toMatchObject({ name: 'logo.png', contentType: 'image/png', isInline: true, contentId: 'logo@1' });
  });

  it('of two items of one mailbox at once', async () => {
    const others = [await suite.it.draft(), await suite.it.event()];
    const ids = await Promise.all(
      others.map(async (item) => (await OpenSession.open(suite.it.outlook, item)).finish()),
    );
    for (const [index, id] of ids.entries()) {
      const listed = idIn(answered(await suite.it.attachments.metadata(others[index]!, id, undefined), 200));
      const rows = await suite.it.attachments.list(others[index]!);
      expect(rows).toMatchObject({ attachments: [{ id: listed }] });
    }
  });
});
