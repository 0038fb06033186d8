import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page, Route } from 'playwright-core';

export interface TestFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: Buffer;
}
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file on this machine: the browser reads it by itself, as a person's. */
export function testFile(name: string, size = 1000): TestFile {
  const path = join(mkdtempSync(join(folder, 'file-')), name);
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  return { path, name, bytes };
}

export const choose = (page: Page, ...files: { readonly path: string }[]): Promise<void> =>
  page.getByTestId('files').setInputFiles(files.map(({ path }) => path));

/** Chooses a target by its path. */
export async function typePath(page: Page, path: string): Promise<void> {
  await page.getByRole('radio', { name: 'Path' }).check();
  await page.getByLabel('Path of the item').fill(path);
}

/** What a person drags onto the page: files and folders of this machine, or what another page gave. */
export interface Dragged {
  readonly files?: readonly string[];
  readonly items?: readonly { readonly mimeType: string; readonly data: string }[];
}

/** Drops it as the browser itself does, at this place. */
export async function drag(page: Page, { files = [], items = [] }: Dragged, over = page.locator('h1')): Promise<void> {
  const { x, y } = (await over.boundingBox())!;
  const browser = await page.context().newCDPSession(page);
  const data = { items: items.map((item) => ({ ...item })), files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, x: x + 5, y: y + 5, data });
  await browser.detach();
}

export const attach = (page: Page): Promise<void> => page.locator('.composer button[type=submit]').click();

/** The newest batch of the page. */
export const batch = (page: Page): Locator => page.locator('.batch').first();

export const fulfillJson = (
  route: Route,
  status: number,
  json: unknown,
  headers: Record<string, string> = {},
): Promise<void> =>
  route.fulfill({
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers },
    body: JSON.stringify(json),
  });

/** Whether a request is for a block of a blob, and which. */
export const blockIndex = (url: string): number | undefined => {
  const id = new URL(url).searchParams.get('blockid');
  return id === null ? undefined : Number(Buffer.from(id, 'base64').toString().replace('block-', ''));
};

/** Waits until it is so; the time limit of the test ends it. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
