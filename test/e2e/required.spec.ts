import { largeBytes, type Script, smallBytes } from './faultsWorld';
import { type Delivery, ReportedWorld, toRecipients } from './reportedWorld';
import { BuildCopy } from '../support/builds';

// A delivery that requires the bytes of its files, where the service never gives those of one of them back.

type Told = Delivery & { readonly error: { readonly code: string; readonly detail: string; leftBehind?: unknown } };
interface Case {
  readonly title: string;
  readonly onFailure?: 'keep';
  readonly subject?: string;
  item?: string;
  delivery?: string;
}
const keeps: Case = { title: 'keep', onFailure: 'keep' };
const removes: Case = { title: 'remove' };
const drafts: Case = { title: 'new draft', subject: 'never sent' };

const dead: Script = {
  op: 'getValue',
  times: 'always',
  do: { answer: { status: 504, code: 'UnknownError', message: '' } },
};
const mailboxOf = (subject: string): string => `users/${subject.replaceAll(' ', '.')}@contoso.com`;

let world: ReportedWorld;
beforeAll(async () => {
  // twelve readings last for a quarter of an hour; more than the three that are enough where bytes are not required
  const build = new BuildCopy([{ file: 'src/core/retry.js', from: 'maxChecks: 12', to: 'maxChecks: 4' }]);
  world = await ReportedWorld.open({ FUNCTIONS_APP_DIR: build.folder });
  await Promise.all([keeps, removes, drafts].map(begin));
});

/** Two files, of which the second is never read back, beside one that was there before. */
async function begin(one: Case): Promise<void> {
  const files = await Promise.all([world.blob(smallBytes), world.blob(largeBytes)]);
  const attachments = files.map(({ blob }, n) => ({ blob, name: `${n + 1}.bin` }));
  const request = {
    attachments,
    send: true,
    verify: 'required',
    ...(one.onFailure ? { onFailure: one.onFailure } : {}),
  };
  if (one.subject !== undefined) {
    const mailbox = mailboxOf(one.subject);
    await world.app.faults({ on: { op: 'getValue', mailbox, name: '2.bin' }, do: dead.do, times: 'always' });
    one.delivery = await world.deliver({ ...request, mailbox, message: { subject: one.subject, toRecipients } });
    return;
  }
  one.item = await world.draft(one.title);
  await world.expectAttached(await world.startAt(one.item, { name: 'before.bin' }));
  await world.script(one.item, [{ ...dead, name: '2.bin' } as Script]);
  one.delivery = await world.deliver({ ...request, item: one.item });
}

async function expectTold({ delivery = '' }: Case): Promise<Told> {
  const ended = (await world.delivered(delivery)) as Told;
  expect(ended).toMatchObject({ status: 'failed', sent: false, error: { code: 'VerificationFailed' } });
  const unread = ended.uploads[1]!;
  expect(ended.error.detail).toContain(`The file 2.bin (upload ${unread.id}) was attached, but could not be read back`);
  expect(ended.error.detail).toContain('"verify": "preferred"');
  expect(ended.error.leftBehind).toBeUndefined();
  expect(ended.uploads).toMatchObject([
    { status: 'succeeded', attachment: { verified: true } },
    { status: 'succeeded', attachment: { verified: false } },
  ]);
  expect(unread.warnings.map(({ code }) => code)).toContain('NotVerified');
  return ended;
}
/** One small file is the one that was there before. */
const sentOnce = { postAttachment: 2, createSession: 1, putLast: 1 };
const countsOf = async (item: string): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { op } of await world.requests(item)) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
};
const namesOn = async (item: string): Promise<string[]> =>
  (await world.app.attachmentsOf(item)).map(({ name }) => name).sort();

it('fails, and keeps each file once where it is asked to', async () => {
  await expectTold(keeps);
  expect(await namesOn(keeps.item!)).toEqual(['1.bin', '2.bin', 'before.bin']);
  const counts = await countsOf(keeps.item!);
  expect(counts).toMatchObject(sentOnce);
  expect(counts).not.toHaveProperty('deleteAttachment');
  expect(await world.messages(keeps.title)).toMatchObject([{ isDraft: true, sends: 0 }]);
});

it('fails, and takes back what it attached and nothing else', async () => {
  const { uploads } = await expectTold(removes);
  expect(uploads.map(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
    expect.arrayContaining(['RemovedAgain']),
    expect.arrayContaining(['RemovedAgain']),
  ]);
  expect(await namesOn(removes.item!)).toEqual(['before.bin']);
  expect(await countsOf(removes.item!)).toMatchObject({ ...sentOnce, deleteAttachment: 2 });
  expect(await world.messages(removes.title)).toMatchObject([{ isDraft: true, sends: 0 }]);
});

it('fails, and deletes the draft that it made', async () => {
  expect((await expectTold(drafts)).item).toBeNull();
  expect(await world.messages(drafts.subject!)).toEqual([]);
});

it('breaks no rule, and leaves no session open', async () => {
  expect(await world.app.outlook.bugs()).toEqual([]);
  expect((await world.app.outlook.sessions()).filter(({ state }) => state === 'open')).toEqual([]);
});
