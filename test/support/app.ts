import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppClient, type UploadView } from '../../local/parts/appClient';
import { startLaptop, type Laptop } from '../../local/parts/laptop';
import { OutlookControl, type HeldAttachment } from '../../local/parts/outlookControl';
import { putBlob } from '../../local/parts/storage';
import { ownStorage } from './storage';

/** What a spec may change of the app it starts. */
export interface TestAppOptions {
  /** settings of the app and of the Functions host */
  settings?: Record<string, string>;
  /** the stand-in's configuration, as PATCH /_/config takes it */
  outlook?: Record<string, unknown>;
  /** another storage than the one this spec file gets for itself */
  storage?: string;
  /** another app's service, in place of a stand-in of its own */
  graphEndpoint?: string;
  /** the host lists the outbox each second; else it waits to be told, as where it is deployed, and does without the SDK */
  polledOutbox?: boolean;
}

// Specs of the whole app wait for what happens, never for a time: on a busy machine that may take long, and is no fault.
jest.setTimeout(400_000);

/** npm run test:func */
const onCoreTools = process.env['TEST_HOST'] === 'func';

const running = new Set<TestApp>();

// Importing this file is enough for everything to be stopped, whatever the spec does.
afterAll(async () => {
  await Promise.all([...running].map((app) => app.stop()));
});

/** The built app on the local Functions host with the stand-in of Outlook, and what a spec does with them. */
export class TestApp extends AppClient {
  readonly outlook: OutlookControl;

  constructor(readonly laptop: Laptop) {
    super(laptop.apiUrl);
    this.outlook = new OutlookControl(laptop.graphUrl);
  }

  get graphUrl(): string {
    return this.laptop.graphUrl;
  }

  /** the stand-in's second origin */
  get uploadUrl(): string {
    return this.laptop.outlook?.ready[2] ?? '';
  }

  /** connection string */
  get storage(): string {
    return this.laptop.storage;
  }

  /** Puts a blob there. @returns "container/name", as POST /api/uploads takes it */
  async putBlob(container: string, name: string, bytes: Buffer): Promise<string> {
    await putBlob(this.storage, container, name, bytes);
    return `${container}/${name}`;
  }

  waitForUpload(id: string, withinMs?: number): Promise<UploadView> {
    return this.untilFinal(id, undefined, withinMs);
  }

  /** One upload from beginning to end. */
  async attach(request: Record<string, unknown>, withinMs?: number): Promise<UploadView> {
    return this.waitForUpload((await this.createUpload(request)).id, withinMs);
  }

  attachmentsOf(item: string): Promise<HeldAttachment[]> {
    return this.outlook.attachments(item);
  }

  /** Scripts faults of the service; see local/outlook/README.md. */
  faults(...script: readonly unknown[]): Promise<void> {
    return this.outlook.addFaults(script);
  }

  /** A fault that never happened proves nothing. */
  async expectFaultsConsumed(): Promise<void> {
    expect(await this.outlook.pendingFaults()).toEqual([]);
  }

  /**
   * No rule of the service was broken (what a correct client may meet is only noted), and no session is left open.
   * @param killed at any moment: one whose URL died with the process, so that no byte came to it, nobody can close
   */
  async expectNoViolations({ killed = false } = {}): Promise<void> {
    expect(await this.outlook.bugs()).toEqual([]);
    const open = (await this.outlook.sessions()).filter(({ state }) => state === 'open');
    expect(open.filter(({ receivedBytes }) => !killed || receivedBytes > 0)).toEqual([]);
  }

  /** kill -9 of the Functions host and the app in it. */
  kill9(): Promise<void> {
    return this.laptop.killHost();
  }

  /** kill -9 of the process that the app runs in; the host starts another, and until then every call is a 500, as in Azure. */
  async killWorker(): Promise<void> {
    const host = this.laptop.host?.pid;
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    const worker = rows.map((row) => row.trim().split(/\s+/).map(Number)).find(([, parent]) => parent === host);
    if (!worker?.[0]) throw new Error('The host has no worker.');
    process.kill(worker[0], 'SIGKILL');
    await this.laptop.untilServing();
  }

  /** Starts the host again, on the same port with the same data, after ending it if it runs. */
  async restart(settings?: Record<string, string>): Promise<void> {
    await this.laptop.stopHost();
    await this.laptop.startHost(settings);
  }

  async stop(): Promise<void> {
    running.delete(this);
    await this.laptop.stop();
    rmSync(this.laptop.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Starts the app with a data directory, ports and a storage account of its own; it is stopped after the spec file. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { settings, outlook, storage, graphEndpoint, polledOutbox } = options;
  const laptop = await startLaptop({
    dataDir: mkdtempSync(join(tmpdir(), 'blob-to-outlook-app-')),
    storage: storage ?? (await ownStorage()),
    settings: { ...(polledOutbox ? {} : { OUTBOX_TRIGGER_SOURCE: 'EventGrid' }), ...settings },
    ...(graphEndpoint === undefined ? {} : { graphEndpoint }),
    quiet: true,
    core: onCoreTools,
  });
  const app = new TestApp(laptop);
  running.add(app);
  await laptop.untilServing();
  if (outlook) await app.outlook.configure(outlook);
  return app;
}
