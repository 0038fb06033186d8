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
      const took: number[] = [];
      for (let load = 0; load < loads; load++) {
        const context = await browser.newContext();
        const tab = await context.newPage();
        const startedAt = performance.now();
        await tab.goto(apiUrl);
        await tab.getByRole('button', { name: 'Choose files' }).waitFor();
        took.push(performance.now() - startedAt);
        await context.close();
      }
      const vs = `median of ${loads} loads without a cache, until files can be chosen`;
      return [
        { name: 'page_weight_kb', value: round((await weight(apiUrl)) / 1024), unit: 'kB', vs: 'gzip; at most 60' },
        { name: 'page_ready_ms', value: round(median(took)), unit: 'ms', vs },
      ];
    } finally {
      await browser.close();
    }
  });

/** The HTML and everything that it names, each gzipped. */
async function weight(apiUrl: string): Promise<number> {
  const html = await (await fetch(`${apiUrl}/`)).text();
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  const bodies = await Promise.all(named.map(async (path) => (await fetch(apiUrl + path)).arrayBuffer()));
  return [Buffer.from(html), ...bodies].reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}
