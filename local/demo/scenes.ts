import { outboxFile } from './outboxScene';
import { ProgressLine, say } from './output';
import { demand, show, type Scene } from './stage';

/** The largest a mailbox takes in five minutes: other scenes use other mailboxes, or they would have to wait. */
const largeBytes = 150_000_000;

const largeFile: Scene = {
  title: 'A large file: an upload session, range by range',
  async play(stage) {
    const item = await stage.newDraft('megan@contoso.com');
    const file = await stage.putFile('film.mp4', largeBytes);
    const startedAt = Date.now();
    const { id } = await stage.app.createUpload({ blob: file.blob, item });
    say(`  POST /api/uploads: 202, upload ${id}`);
    const upload = await stage.follow(id);
    await stage.proveAttachedOnce(item, file, upload, startedAt);
  },
};

const smallFile: Scene = {
  title: 'A small file: one POST',
  async play(stage) {
    const item = await stage.newDraft('megan@contoso.com');
    const file = await stage.putFile('note.txt', 20_000);
    const startedAt = Date.now();
    const upload = await stage.follow((await stage.app.createUpload({ blob: file.blob, item })).id);
    await stage.proveAttachedOnce(item, file, upload, startedAt);
  },
};

const droppedReply: Scene = {
  title: 'The promise: the reply to the last range is lost',
  async play(stage) {
    const item = await stage.newDraft('diego@contoso.com');
    const file = await stage.putFile('contract.pdf', 40_000_000);
    await stage.outlook.addFaults([{ on: { op: 'putLast', item }, do: { resetAfter: true } }]);
    const startedAt = Date.now();
    const upload = await stage.follow((await stage.app.createUpload({ blob: file.blob, item })).id);
    demand((await stage.outlook.pendingFaults()).length === 0, 'No reply was dropped: nothing was shown.');
    const told = (upload.timeline ?? []).map((entry) => (entry as { event?: string }).event);
    demand(told.includes('reconciled'), 'The upload does not tell that it looked before it would have sent again.');
    say(
      '  the service had attached the file, but its reply was dropped: the app looked, found it, and sent nothing again',
    );
    await stage.proveAttachedOnce(item, file, upload, startedAt);
  },
};

const killedHost: Scene = {
  title: 'The promise: the app and its host are killed (kill -9) midway',
  async play(stage) {
    const item = await stage.newDraft('alex@contoso.com');
    const file = await stage.putFile('archive.zip', 60_000_000);
    const startedAt = Date.now();
    const { id } = await stage.app.createUpload({ blob: file.blob, item });
    const bar = new ProgressLine();
    const midway = await stage.app.until(
      id,
      ({ status, progress }) => status !== 'queued' && progress.percent >= 40,
      (now) => show(bar, now),
    );
    demand(midway.status !== 'succeeded', 'It was over before anything could be killed.');
    await stage.laptop.killHost();
    bar.end();
    const held = (await stage.outlook.attachments(item)).length;
    say(`  killed at ${midway.progress.percent} %; attached to the draft so far: ${held === 0 ? 'nothing' : held}`);
    await stage.laptop.startHost();
    say('  started again: the upload goes on by itself');
    const upload = await stage.follow(id, bar);
    await stage.proveAttachedOnce(item, file, upload, startedAt);
  },
};

/** What the demo shows, in this order. A new scene is a new row. */
export const scenes: readonly Scene[] = [largeFile, smallFile, outboxFile, droppedReply, killedHost];
