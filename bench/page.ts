import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { appRoot } from '../local/parts/paths';
import { median, round, withApp, type Benchmark } from './measure';

const loads = 9;

/** What the page loads, gzipped, with its HTML; and how long a browser takes until the page can be used, uncached. */
export const page: Benchmark = () =>
  withApp(async ({ app: { apiUrl } }) => {
    const script = join(appRoot, 'scripts', 'chromium.mjs');
    const { path } = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as { path: string };
    const args = ['--headless', '--no-sandbox', '--disable-gpu'];
    const browser = await chromium.launch({ executablePath: path, args });
    try {
      let bytes = 0;
      const took: number[] = [];
      for (let load = 0; load < loads; load++) {
        const context = await browser.newContext();
        const tab = await context.newPage();
        const bodies: Promise<Buffer>[] = [];
        tab.on('response', (response) => {
          if (!response.url().includes('/api/') && !response.url().includes('/my/')) bodies.push(response.body());
        });
        const startedAt = performance.now();
        await tab.goto(apiUrl);
        await tab.getByRole('button', { name: 'Choose files' }).waitFor();
        took.push(performance.now() - startedAt);
        await tab.waitForLoadState('networkidle');
        bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
        await context.close();
      }
      const vs = `median of ${loads} loads without a cache, until files can be chosen`;
      return [
        { name: 'page_weight_kb', value: round(bytes / 1024), unit: 'kB', vs: 'gzip; at most 60' },
        { name: 'page_ready_ms', value: round(median(took)), unit: 'ms', vs },
      ];
    } finally {
      await browser.close();
    }
  });
