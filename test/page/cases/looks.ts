import type { Page } from 'playwright-core';
import { choose, testFile } from '../support/steps';
import { everyState, withUploads } from '../support/uploads';
import { axeFaults, type PageWorld, shot } from '../support/world';

const overflow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

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

  it('stands still where somebody asked for less motion', async () => {
    const page = await world().open({ reducedMotion: 'reduce', prepare: withUploads(everyState()) });
    await page.locator('.row').first().waitFor();
    const moving = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length`,
    );
    expect(moving).toBe(0);
  });
}
