import type { BrowserContext } from 'playwright-core';
import { attach, batch, choose, eventually, fulfillJson, testFile, typePath } from '../support/steps';
import { everyState, withUploads } from '../support/uploads';
import { axeFaults, type PageWorld, shot } from '../support/world';

/** An app that wants a function key, as in Azure. */
const withKey = (key: string, given: (string | undefined)[]) => (context: BrowserContext) =>
  context.route('**/api/**', (route) => {
    const sent = route.request().headers()['x-functions-key'];
    given.push(sent);
    return sent === key ? route.continue() : route.fulfill({ status: 401 });
  });

export function signing(world: () => PageWorld): void {
  it('asks for the key once, says when it is wrong, and keeps it for the tab', async () => {
    const given: (string | undefined)[] = [];
    const page = await world().open({ prepare: withKey('right', given) });
    const field = page.getByLabel('Function key');
    await field.fill('wrong');
    await shot(page, 'key', false);
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByText('The app did not take this key.').waitFor();
    await field.fill('right');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.locator('.row, .empty').first().waitFor();
    await page.reload();
    given.length = 0;
    await page.getByRole('button', { name: 'Forget the key' }).waitFor();
    await page.locator('.row, .empty').first().waitFor();
    expect(new Set(given)).toEqual(new Set(['right']));
    world().errors.splice(0); // the browser's own words for the 401s
  });

  it('leads to the sign-in where there is one, and out again', async () => {
    const withSignIn = (context: BrowserContext) =>
      context.route(`${world().app.apiUrl}/`, async (route) => {
        const reply = await route.fetch();
        const body = (await reply.text()).replace('data-sign-in="false"', 'data-sign-in="true"');
        return route.fulfill({ response: reply, body });
      });
    const nobody = await world().open({
      prepare: async (context) => {
        await withSignIn(context);
        await withKey('right', [])(context);
      },
    });
    const link = nobody.getByRole('link', { name: 'Sign in', exact: true });
    expect(await link.getAttribute('href')).toBe('/.auth/login/aad?post_login_redirect_uri=/');
    const inDialog = nobody.getByRole('dialog').getByRole('link', { name: 'sign in' });
    expect(await inDialog.getAttribute('href')).toBe('/.auth/login/aad?post_login_redirect_uri=/');
    await shot(nobody, 'sign-in', false);
    expect(await axeFaults(nobody)).toEqual([]);
    world().errors.splice(0); // the browser's own words for the 401s
    await world().close();
    const somebody = await world().open({ signedIn: true, prepare: withSignIn });
    const out = somebody.getByRole('link', { name: 'Sign out' });
    expect(await out.getAttribute('href')).toBe('/.auth/logout?post_logout_redirect_uri=/');
    await shot(somebody, 'signed-in', false);
    expect(await axeFaults(somebody)).toEqual([]);
  });

  it('attaches as the person who is signed in', async () => {
    const { app } = world();
    const item = await app.outlook.createItem();
    const page = await world().open({ signedIn: true });
    await page.locator('#mailbox').filter({ visible: true }).waitFor();
    await choose(page, testFile('mine.pdf'));
    await typePath(page, item);
    await attach(page);
    await batch(page).getByText('Attached', { exact: true }).first().waitFor();
    await page.locator('.row', { hasText: 'mine.pdf' }).waitFor();
    expect(await app.attachmentsOf(item)).toMatchObject([{ name: 'mine.pdf' }]);
    expect(world().requests.filter(({ url }) => url.includes('/api/'))).toEqual([]);
  });

  it('asks as the person who is signed in, without a key', async () => {
    const page = await world().open({
      signedIn: true,
      prepare: (context) =>
        context.route('**/my/**', (route) => {
          if (route.request().url().includes('/my/uploads'))
            return fulfillJson(route, 200, { value: everyState().slice(0, 2) });
          return fulfillJson(route, 200, { value: [] });
        }),
    });
    await page.locator('.row', { hasText: 'minutes.docx' }).waitFor();
    expect(await page.getByLabel('Mailbox').inputValue()).toBe('me');
    expect(world().requests.filter(({ url }) => url.includes('/api/'))).toEqual([]);
    await page.getByRole('button', { name: 'Show everybody’s uploads' }).click();
    await eventually(() => world().requests.some(({ url }) => url.includes('/api/uploads')));
  });

  it('says whether nobody or only this person has attached nothing', async () => {
    const page = await world().open({
      signedIn: true,
      prepare: async (context) => {
        await withUploads([])(context);
        await context.route('**/my/**', (route) => fulfillJson(route, 200, { value: [] }));
      },
    });
    await page.getByText('You have attached nothing yet.').waitFor();
    await page.getByRole('button', { name: 'Show everybody’s uploads' }).click();
    await page.getByText('Nothing has been attached yet.').waitFor();
  });
}
