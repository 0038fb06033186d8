import { attach, batch, choose, sha256, testFile, typePath } from '../support/steps';
import { type PageWorld, shot } from '../support/world';

export function attaching(world: () => PageWorld): void {
  it('puts a small file on an item whose path is typed, and shows its id and hash', async () => {
    const { app } = world();
    const item = await app.outlook.createItem();
    const file = testFile('q3 report.pdf');
    const page = await world().open();
    await choose(page, file);
    await typePath(page, item);
    await attach(page);
    await batch(page).getByText(sha256(file.bytes)).waitFor();
    const [held] = await app.attachmentsOf(item);
    expect(held).toMatchObject({ name: 'q3 report.pdf', sha256: sha256(file.bytes), contentType: 'application/pdf' });
    await batch(page).getByText(held!.immutableId).waitFor();
    await page.locator('.rows .row', { hasText: 'q3 report.pdf' }).first().waitFor();
    await shot(page, 'attached');
  });

  it('puts several files on a recent draft that is found by search, and sends it', async () => {
    const subject = `Quarterly numbers ${Date.now()}`;
    await world().newDraft(subject);
    const page = await world().open();
    await page.getByLabel('Mailbox').fill('megan@contoso.com');
    await page.getByText('Holiday photos').waitFor();
    await page.getByLabel('Search in subjects').fill('Quarterly');
    await page.getByText('Holiday photos').waitFor({ state: 'detached' });
    await page.getByRole('radio', { name: subject }).check();
    const files = [testFile('numbers.xlsx'), testFile('summary.pdf'), testFile('movie.mp4', 5_000_000)];
    await choose(page, ...files);
    await shot(page, 'ready-to-send');
    await page.getByRole('button', { name: 'Attach and send' }).click();
    await batch(page).getByText('Attached and sent').waitFor();
    const [sent, ...more] = await world().messages(subject);
    expect([sent?.sends, more]).toEqual([1, []]);
    const held = await world().app.attachmentsOf(sent!.immutableId);
    expect(held.map(({ sha256: hash }) => hash).sort()).toEqual(files.map(({ bytes }) => sha256(bytes)).sort());
    await shot(page, 'sent');
  });

  it('makes a new draft with a file on it', async () => {
    const subject = `New draft ${Date.now()}`;
    const page = await world().open();
    await page.getByRole('radio', { name: 'New draft' }).check();
    await page.getByLabel('Mailbox').fill('megan@contoso.com');
    await page.getByLabel('To', { exact: true }).fill('Alex <alex@contoso.com>; adele@contoso.com');
    await page.getByLabel('Subject').fill(subject);
    await page.getByLabel('Message').fill('Here it is.');
    await choose(page, testFile('plan.pdf'));
    await shot(page, 'new-draft');
    await attach(page);
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    const [draft, ...more] = await world().messages(subject);
    expect([draft?.isDraft, more]).toEqual([true, []]);
    expect(await world().app.attachmentsOf(draft!.immutableId)).toMatchObject([{ name: 'plan.pdf' }]);
  });

  it('shows how far a large file is, to storage and then to Outlook', async () => {
    const { app } = world();
    await app.outlook.configure({ latencyMs: { put: 400 } });
    const item = await app.outlook.createItem();
    const file = testFile('film.mp4', 20_000_000);
    const page = await world().open();
    await choose(page, file);
    await typePath(page, item);
    await attach(page);
    const bars = batch(page).getByRole('progressbar');
    await batch(page)
      .getByText(/To Outlook/)
      .waitFor();
    expect(await bars.first().getAttribute('value')).toBe('1');
    await shot(page, 'to-outlook');
    await batch(page).getByText(sha256(file.bytes)).waitFor();
    expect(await app.attachmentsOf(item)).toMatchObject([{ sha256: sha256(file.bytes) }]);
    await app.outlook.configure({ latencyMs: {} });
  });

  it('can be done with the keyboard alone', async () => {
    const item = await world().app.outlook.createItem();
    const page = await world().open();
    const tabTo = async (selector: string): Promise<void> => {
      for (let n = 0; n < 40; n++) {
        await page.keyboard.press('Tab');
        if ((await page.locator(`${selector}:focus`).count()) > 0) return;
      }
      throw new Error(`Tab does not reach ${selector}.`);
    };
    const chooser = page.waitForEvent('filechooser');
    await tabTo('.drop button');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(testFile('keys.pdf').path);
    await tabTo('input[name=mode]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await tabTo('#path');
    await page.keyboard.type(item);
    await tabTo('button[type=submit]');
    await shot(page, 'keyboard');
    await page.keyboard.press('Enter');
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    await page.locator('.batch h3:focus').waitFor();
    await tabTo('.row .open');
    await page.keyboard.press('Enter');
    await page.locator('.row .details').first().waitFor();
  });
}
