import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { appRoot } from '../../../local/parts/paths';

/** The headless Chromium that comes by npm, with a font of its own. */
export async function launchBrowser(): Promise<Browser> {
  const script = join(appRoot, 'scripts', 'chromium.mjs');
  const found = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as {
    path: string;
    fonts: string;
  };
  return chromium.launch({
    executablePath: found.path,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: { ...process.env, FONTCONFIG_PATH: found.fonts },
  });
}
