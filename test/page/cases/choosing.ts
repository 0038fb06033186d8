import { truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { attach, batch, choose, drag, testFile, typePath } from '../support/steps';
import { type PageWorld, shot } from '../support/world';

/** Drops a file onto the page, as the browser tells of it. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    `(() => { const t = new DataTransfer(); t.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'text/plain' })); return t; })()`,
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
}

export function choosing(world: () => PageWorld): void {
  it('lists chosen and dropped files, with their names composed, and leaves one out', async () => {
    const page = await world().open();
    await choose(page, testFile('u\u0308bersicht.pdf', 2048));
    await drop(page, 'dropped.txt', 'hello');
    const names = page.locator('.pick .files .name');
    expect(await names.nth(1).textContent()).toBe('dropped.txt');
    expect(await names.first().textContent()).toBe('\u00fcbersicht.pdf');
    await shot(page, 'chosen');
    await page.getByRole('button', { name: 'Remove dropped.txt' }).click();
    await names.nth(1).waitFor({ state: 'detached' });
    expect(await names.count()).toBe(1);
  });

  it('refuses a file of 4 GB in words, before anything of it is read', async () => {
    const file = testFile('disk.iso');
    truncateSync(file.path, 4 * 1024 ** 3); // sparse
    const page = await world().open();
    await choose(page, file);
    await page.getByText('The file has 4 GB, and 150 MB is the most an attachment may have.').waitFor();
    await typePath(page, await world().app.outlook.createItem());
    await attach(page);
    await page.getByText('1 file cannot be sent: see why above.').waitFor();
    // the check of the path stages a file of its own
    expect(world().requests.filter(({ url, body }) => `${url} ${body}`.includes(file.name))).toEqual([]);
    await shot(page, 'too-large');
  });

  it('sends no more files than one delivery takes, and says at once how many to remove', async () => {
    const page = await world().open();
    const many = Array.from({ length: 102 }, (_, n) => `many${n}.txt`);
    await page
      .getByTestId('files')
      .setInputFiles(many.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })));
    await page.getByText('At most 100 files can be attached at a time: remove 2.').waitFor();
    await typePath(page, await world().app.outlook.createItem());
    await attach(page);
    await page.locator('.files button:focus', { hasText: 'Remove' }).waitFor();
    await shot(page, 'too-many', false);
    await page.keyboard.press('Enter');
    await page.getByText('At most 100 files can be attached at a time: remove 1.').waitFor();
    await attach(page);
    await page.getByRole('button', { name: 'Remove many101.txt' }).click();
    await page.getByText(/^100 files, /).waitFor();
    expect(await page.locator('.batch').count()).toBe(0);
    expect(world().requests.filter(({ url, body }) => `${url} ${body}`.includes('many'))).toEqual([]);
  });

  it('says what was dropped and cannot be attached', async () => {
    const page = await world().open();
    const [status, names] = [page.locator('.summary'), page.locator('.pick .files .name')];
    const file = testFile('beside a folder.txt');
    await drag(page, { files: [dirname(testFile('inside.txt').path), file.path] });
    await status.getByText('A folder cannot be attached: drop its files, or a ZIP of it. 1 file, 1000 bytes').waitFor();
    expect(await names.allTextContents()).toEqual([file.name]);
    const link = { mimeType: 'text/uri-list', data: 'https://example.org/' };
    for (const item of [link, { mimeType: 'text/plain', data: 'words' }]) {
      await page.getByRole('button', { name: /^Remove/ }).click();
      await drag(page, { items: [item] });
      await status.getByText('Drop files, not links or text.').waitFor();
      await choose(page, file);
      await status.getByText(/^1 file, /).waitFor();
    }
    await page.getByRole('radio', { name: 'Path' }).check();
    await drag(page, { items: [{ mimeType: 'text/plain', data: 'me/messages/a' }] }, page.locator('#path'));
    expect(await page.locator('#path').inputValue()).toBe('me/messages/a');
    expect(await status.textContent()).toBe('1 file, 1000 bytes');
  });

  it('shortens a name of 255 emoji without breaking one, and attaches it', async () => {
    const { app } = world();
    const item = await app.outlook.createItem();
    const page = await world().open();
    const file = { name: `${'😀'.repeat(255)}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('hello') };
    await page.getByTestId('files').setInputFiles(file); // too long a name for most disks
    const mend = page.getByRole('button', { name: 'Correct the name' });
    await mend.waitFor();
    await shot(page, 'name-too-long');
    await mend.click();
    await typePath(page, item);
    await attach(page);
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    const [held] = await app.attachmentsOf(item);
    expect(held?.name).toBe(`${'😀'.repeat(125)}.pdf`);
  });

  it('says what is missing, and puts the reader there', async () => {
    const page = await world().open();
    await attach(page);
    await page.getByText('Choose at least one file.').waitFor();
    await page.getByText('Name the mailbox, such as megan@contoso.com.').waitFor();
    await choose(page, testFile('a.pdf'));
    await attach(page);
    await page.locator('#mailbox:focus').waitFor();
    await page.getByText('Say where the files go.').waitFor();
  });

  it('asks to correct a path that is wrong, until it is corrected', async () => {
    const page = await world().open();
    await choose(page, testFile('a.pdf'));
    await typePath(page, 'users/megan@contoso.com/messages/AAMk=');
    const path = page.locator('#path');
    await page.locator('#path[aria-invalid=true]').waitFor();
    await attach(page);
    await page.locator('.summary').getByText('Correct where the files go.').waitFor();
    await path.fill(await world().app.outlook.createItem());
    await page.getByText('The item is there, and the app may attach to it.').waitFor();
    expect(await path.getAttribute('aria-invalid')).toBeNull();
    expect(await page.locator('.summary').textContent()).toBe('1 file, 1000 bytes');
  });

  it('asks to choose an item, until one is chosen', async () => {
    const page = await world().open();
    await choose(page, testFile('a.pdf'));
    await page.getByLabel('Mailbox').fill('megan@contoso.com');
    await page.getByText('Holiday photos').waitFor();
    await attach(page);
    await page.getByText('Choose a draft or an event.').waitFor();
    await page.getByRole('radio', { name: 'Holiday photos' }).check();
    await page.getByText('Choose a draft or an event.').waitFor({ state: 'detached' });
    expect(await page.locator('.summary').textContent()).toBe('1 file, 1000 bytes');
  });

  it('checks a path as it is typed', async () => {
    const page = await world().open();
    await typePath(page, 'users/megan@contoso.com/mesages/AAMk=');
    await page.getByText(/A path ends with the item’s kind and id/).waitFor();
    await page
      .getByLabel('Path of the item')
      .fill('https://graph.microsoft.com/v1.0/users/megan@contoso.com/messages/AAMk=');
    await page.locator('#path[aria-invalid=true]').waitFor(); // there is no such message
    await page.getByLabel('Path of the item').fill(await world().app.outlook.createItem());
    await page.getByText('The item is there, and the app may attach to it.').waitFor();
    await page.getByLabel('Path of the item').fill('users/megan@contoso.com/messages/a%00b');
    await page.locator('#path[aria-invalid=true]').waitFor();
    await shot(page, 'path-wrong');
  });
}
