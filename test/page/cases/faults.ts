import {
  attach,
  batch,
  blockIndex,
  choose,
  eventually,
  fulfillJson,
  sha256,
  testFile,
  typePath,
} from '../support/steps';
import { type PageWorld, shot } from '../support/world';

export function faults(world: () => PageWorld): void {
  it('sends a dropped block again, and no other', async () => {
    const item = await world().app.outlook.createItem();
    const file = testFile('dropped block.bin', 13_000_000);
    const tries: number[] = [];
    const page = await world().open({
      prepare: (context) =>
        context.route('**/*comp=block&*', (route) => {
          const index = blockIndex(route.request().url()) ?? -1;
          tries.push(index);
          const isFirst = tries.filter((each) => each === index).length === 1;
          return index === 2 && isFirst ? route.abort('connectionreset') : route.continue();
        }),
    });
    await choose(page, file);
    await typePath(page, item);
    await attach(page);
    await batch(page).getByText(sha256(file.bytes)).waitFor();
    expect([...tries].sort()).toEqual([0, 1, 2, 2, 3]);
    expect(await world().app.attachmentsOf(item)).toMatchObject([{ sha256: sha256(file.bytes) }]);
    world().errors.splice(0, 1); // the browser's own word for the dropped block
  });

  it('goes on after a reload: the file is chosen again, and what is in storage is not sent again', async () => {
    const item = await world().app.outlook.createItem();
    const file = testFile('reloaded.bin', 13_000_000);
    const sent: number[] = [];
    let isHeld = true;
    const page = await world().open({
      prepare: (context) =>
        context.route('**/*comp=block&*', async (route) => {
          const index = blockIndex(route.request().url()) ?? -1;
          if (isHeld && index > 1) return; // never answered
          await route.continue();
          sent.push(index);
        }),
    });
    await choose(page, file);
    await typePath(page, item);
    await attach(page);
    await eventually(async () => {
      const kept = await page.evaluate<string>(`sessionStorage.getItem('blob-to-outlook.places') ?? '{}'`);
      const [staged] = Object.values(JSON.parse(kept) as Record<string, { done: number[] }>);
      return staged?.done.length === 2;
    });
    await page.reload();
    isHeld = false;
    sent.length = 0;
    await batch(page).getByRole('button', { name: 'Choose it again' }).waitFor();
    await shot(page, 'reloaded');
    await choose(page, file);
    await batch(page).getByText(sha256(file.bytes)).waitFor();
    expect(sent.sort()).toEqual([2, 3]);
    await page.reload();
    await batch(page).getByText(sha256(file.bytes)).waitFor(); // and what is done is remembered
    expect(await world().app.attachmentsOf(item)).toHaveLength(1);
  });

  it('stops a file on its way to storage when it is cancelled', async () => {
    const item = await world().app.outlook.createItem();
    const page = await world().open({ prepare: (context) => context.route('**/*comp=block&*', () => undefined) });
    await choose(page, testFile('never.bin', 9_000_000));
    await typePath(page, item);
    await attach(page);
    await batch(page)
      .getByText(/To storage/)
      .first()
      .waitFor();
    await shot(page, 'to-storage');
    await batch(page).getByRole('button', { name: 'Cancel' }).click();
    await batch(page).waitFor({ state: 'detached' });
    expect(await world().app.attachmentsOf(item)).toEqual([]);
  });

  it('takes a file back on its way to Outlook', async () => {
    const { app } = world();
    await app.outlook.configure({ latencyMs: { put: 1500 } });
    const item = await app.outlook.createItem();
    const page = await world().open();
    await choose(page, testFile('taken back.bin', 16_000_000));
    await typePath(page, item);
    await attach(page);
    await batch(page)
      .getByText(/To Outlook/)
      .waitFor();
    await batch(page).getByRole('button', { name: 'Cancel' }).click();
    await batch(page).getByText('Cancelled').first().waitFor();
    await shot(page, 'cancelled');
    expect(await app.attachmentsOf(item)).toEqual([]);
    await app.outlook.configure({ latencyMs: {} });
  });

  it('tells why an upload waits, with the last answer of the service', async () => {
    const { app } = world();
    const answer = { status: 503, code: 'ServiceNotAvailable', headers: { 'retry-after': '4' } };
    await app.faults({ on: { op: 'createSession', name: 'waits.bin' }, times: 2, do: { answer } });
    const file = testFile('waits.bin', 4_000_000);
    const page = await world().open();
    await choose(page, file);
    await typePath(page, await app.outlook.createItem());
    await attach(page);
    await batch(page)
      .getByText(/was answered 503 ServiceNotAvailable, \d attempt/)
      .waitFor();
    await batch(page).getByText('Retrying').first().waitFor();
    await shot(page, 'waiting');
    await batch(page).getByText(sha256(file.bytes)).waitFor();
    await app.expectFaultsConsumed();
  });

  it('tells why an upload failed, and what to do', async () => {
    const { app } = world();
    await app.faults({
      on: { op: 'postAttachment', name: 'refused.pdf' },
      do: { answer: { status: 403, code: 'ErrorAccessDenied' } },
    });
    const page = await world().open();
    await choose(page, testFile('refused.pdf'));
    await typePath(page, await app.outlook.createItem());
    await attach(page);
    await batch(page).getByText('Ask the administrator to give the app access to this mailbox.').waitFor();
    await shot(page, 'failed');
    await app.expectFaultsConsumed();
    await batch(page).getByRole('button', { name: 'Try again' }).click();
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
  });

  it('tells a refusal of the app at once, and asks again with what was corrected', async () => {
    const page = await world().open({
      prepare: (context) =>
        context.route('**/api/uploads', (route) =>
          route.request().method() === 'POST'
            ? fulfillJson(route, 403, {
                code: 'MailboxNotAllowed',
                status: 403,
                detail: 'megan@contoso.com is not allowed.',
              })
            : route.continue(),
        ),
    });
    await choose(page, testFile('a.pdf'));
    await typePath(page, await world().app.outlook.createItem());
    await attach(page);
    await batch(page).getByText('megan@contoso.com is not allowed.').waitFor();
    await page.context().unrouteAll();
    await batch(page).getByRole('button', { name: 'Try again' }).click();
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    world().errors.splice(0, 1); // the browser's own word for the 403
  });

  it('sends a file again that is no longer in storage', async () => {
    const { app } = world();
    const sent: string[] = [];
    const page = await world().open({
      prepare: (context) =>
        context.route(/comp=block(list)?/, (route) => {
          sent.push(new URL(route.request().url()).searchParams.get('comp') ?? '');
          return route.continue();
        }),
    });
    const file = testFile('cleaned.pdf');
    const item = await app.outlook.createItem();
    await page
      .context()
      .route('**/api/uploads', (route) =>
        route.request().method() === 'POST'
          ? fulfillJson(route, 404, { code: 'BlobNotFound', status: 404, detail: 'The blob does not exist.' })
          : route.continue(),
      );
    await choose(page, file);
    await typePath(page, item);
    await attach(page);
    await batch(page).getByText('The blob does not exist.').waitFor();
    await page.context().unroute('**/api/uploads');
    await batch(page).getByRole('button', { name: 'Try again' }).click();
    await batch(page).getByText(sha256(file.bytes)).waitFor();
    expect(sent).toEqual(['block', 'blocklist', 'block', 'blocklist']);
    world().errors.splice(0, 1); // the browser's own word for the 404
  });

  it('says that a file was attached already, and attaches it once more if that is wanted', async () => {
    const { app } = world();
    const item = await app.outlook.createItem();
    const file = testFile('twice.pdf');
    const page = await world().open();
    for (let times = 0; times < 2; times++) {
      await choose(page, file);
      await typePath(page, item);
      await attach(page);
      await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    }
    await batch(page).getByText('This file had been attached to this item already').waitFor();
    await shot(page, 'reused');
    expect(await app.attachmentsOf(item)).toHaveLength(1);
    await batch(page).getByRole('button', { name: 'Attach it once more' }).click();
    await batch(page).getByText('This file had been attached').waitFor({ state: 'detached' });
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    expect(await app.attachmentsOf(item)).toHaveLength(2);
  });
}
