import type { Page } from 'playwright-core';
import { attach, blockIndex, choose, fulfillJson, testFile, typePath } from '../support/steps';
import { everyState, withUploads } from '../support/uploads';
import { axeFaults, type PageWorld, shot } from '../support/world';

const overflow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** How many values an expression of the element `e` has among these. */
const kinds = (page: Page, selector: string, expression: string): Promise<unknown> =>
  page.evaluate(`new Set([...document.querySelectorAll('${selector}')].map((e) => ${expression})).size`);

export function looks(world: () => PageWorld): void {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no accessibility faults on a wide ${colorScheme} screen`, async () => {
      const page = await world().open({ colorScheme, prepare: withUploads([]) });
      await page.getByText('Nothing has been attached yet.').waitFor();
      await shot(page, `start-${colorScheme}`);
      expect(await axeFaults(page)).toEqual([]);
    });

    it(`fits a phone, ${colorScheme}, without scrolling sideways`, async () => {
      const page = await world().open({
        colorScheme,
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
        prepare: withUploads(everyState()),
      });
      await page.locator('.row').first().waitFor();
      await choose(page, testFile(`${'a very long name '.repeat(8)}.pdf`), testFile('short.pdf', 3_000_000));
      await page.locator('.row .open').nth(7).click();
      await shot(page, `phone-${colorScheme}`);
      expect(await overflow(page)).toBe(0);
      expect(await axeFaults(page)).toEqual([]);
    });
  }

  it('keeps every choice inside its control on a screen of 320 pixels, also with large letters', async () => {
    const page = await world().open({
      viewport: { width: 320, height: 640 },
      prepare: async (context) => {
        await withUploads(everyState())(context);
        await context.route('**/api/deliveries?*', (route) => fulfillJson(route, 200, { value: [] }));
      },
    });
    await page.getByRole('radio', { name: 'Deliveries' }).waitFor();
    const outside = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('.segments')].map((e) => e.scrollWidth - e.clientWidth)`);
    await shot(page, 'narrow');
    expect(await kinds(page, '.target .segments label', 'e.offsetTop')).toBe(1); // all in one line
    expect([await outside(), await overflow(page)]).toEqual([[0, 0], 0]);
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    expect(await outside()).toEqual([0, 0]);
    await shot(page, 'narrow-large-letters');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`shows what is chosen where the system forces ${colorScheme} colours`, async () => {
      const page = await world().open({
        colorScheme,
        forcedColors: 'active',
        prepare: async (context) => {
          await withUploads(everyState())(context);
          await context.route('**/api/deliveries?*', (route) => fulfillJson(route, 200, { value: [] }));
          await context.route('**/*comp=block&*', (route) =>
            blockIndex(route.request().url()) === 0 ? route.continue() : undefined,
          );
        },
      });
      await page.getByRole('radio', { name: 'Deliveries' }).waitFor();
      await choose(page, testFile('half.bin', 9_000_000));
      await typePath(page, await world().app.outlook.createItem());
      await attach(page);
      await page.locator('progress:not([value="0"])').waitFor();
      await page.locator('#path').focus();
      await page.keyboard.press('Shift+Tab'); // the chosen segment has the keyboard
      await shot(page, `forced-${colorScheme}`);
      for (const selector of ['.target .segments span', '.list .segments span', '.views .chip'])
        expect([selector, await kinds(page, selector, 'getComputedStyle(e).color')]).toEqual([selector, 2]);
      expect(await page.evaluate(`getComputedStyle(document.querySelector('progress')).borderTopWidth`)).toBe('1px');
    });
  }

  it('stands still where somebody asked for less motion', async () => {
    const page = await world().open({ reducedMotion: 'reduce', prepare: withUploads(everyState()) });
    await page.locator('.row').first().waitFor();
    const moving = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length`,
    );
    expect(moving).toBe(0);
  });
}
