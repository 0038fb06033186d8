import AxeBuilder from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { allowOrigins, blobService } from '../../../local/parts/storage';
import { startApp, type TestApp } from '../../support/app';
import { launchBrowser } from './browser';

export interface OpenOptions extends BrowserContextOptions {
  /** whether somebody seems to be signed in; otherwise /my is not there, as behind no sign-in */
  readonly signedIn?: boolean;
  /** before the page is loaded */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** What the browser logs by itself for an answer that the page expects. */
const expectedFailures = [/\/my\/uploads\?limit=1$/, /dryRun=/];

/** Everybody who signs in attaches her own files: the page needs no more. */
const settings = { MY_BLOBS: 'own' };

/** An app and a browser. */
export class PageWorld {
  readonly errors: string[] = [];
  readonly requests: { method: string; url: string; body: string }[] = [];
  #context: BrowserContext | undefined;

  private constructor(
    readonly app: TestApp,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<PageWorld> {
    const [app, browser] = await Promise.all([startApp({ settings }), launchBrowser()]);
    await allowOrigins(app.storage, [app.apiUrl]);
    return new PageWorld(app, browser);
  }

  get storageOrigin(): string {
    return new URL(blobService(this.app.storage).url).origin;
  }

  /** The page in a context of its own. */
  async open({ signedIn = false, prepare, ...options }: OpenOptions = {}): Promise<Page> {
    this.#context = await this.browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    if (!signedIn) await this.#context.route('**/my/**', (route) => route.fulfill({ status: 404 }));
    this.#context.setDefaultTimeout(Number(process.env['PAGE_TIMEOUT'] ?? 90_000)); // the machine may be busy
    await prepare?.(this.#context);
    const page = await this.#context.newPage();
    page.on('request', (request) => {
      const body = request.method() === 'POST' ? (request.postData() ?? '') : '';
      this.requests.push({ method: request.method(), url: request.url(), body });
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      const from = message.location().url;
      if (message.type() === 'error' && !expectedFailures.some((each) => each.test(from)))
        this.errors.push(`${message.text()} (${from})`);
    });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(this.app.apiUrl);
    return page;
  }

  /** After each spec: nothing was complained of, and nobody else was spoken to. */
  async close(): Promise<void> {
    await this.#context?.close();
    const [errors, requests] = [this.errors.splice(0), this.requests.splice(0)];
    const allowed = new Set([this.app.apiUrl, this.storageOrigin]);
    const others = requests
      .map(({ url }) => new URL(url))
      .filter(({ protocol, origin }) => /^http/.test(protocol) && !allowed.has(origin));
    expect({ errors, others: others.map(({ href }) => href) }).toEqual({ errors: [], others: [] });
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }

  /** A message of Megan's with somebody to go to. @returns its path */
  async newDraft(subject: string): Promise<string> {
    const toRecipients = [{ emailAddress: { name: 'Adele Vance', address: 'adele@contoso.com' } }];
    const body = { path: 'users/megan@contoso.com/messages', props: { subject, toRecipients } };
    return ((await this.app.outlook.call('POST', 'items', body)) as { path: string }).path;
  }

  /** The messages with that subject: whether they were sent, and what they hold. */
  async messages(subject: string): Promise<{ path: string; immutableId: string; sends: number; isDraft: boolean }[]> {
    const items = (await this.app.outlook.items()) as unknown as {
      path: string;
      immutableId: string;
      sends: number;
      isDraft: boolean;
      props: { subject?: string };
    }[];
    return items.filter(({ props }) => props.subject === subject);
  }
}

/** One app and one browser for all specs of the file that calls this. */
export function oneWorld(): () => PageWorld {
  let world: PageWorld;
  beforeAll(async () => (world = await PageWorld.start()));
  afterEach(() => world.close());
  afterAll(() => world.stop());
  return () => world;
}

/** Accessibility faults that axe finds, each with where it is. */
export async function axeFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

const shotsInto = process.env['SCREENSHOTS'];

/** A picture of the page as it is, where `npm run screenshots` asks for pictures. */
export async function shot(page: Page, name: string, fullPage = true): Promise<void> {
  if (!shotsInto) return;
  mkdirSync(shotsInto, { recursive: true });
  await page.screenshot({ path: join(shotsInto, `${name}.png`), fullPage, animations: 'disabled' });
}
