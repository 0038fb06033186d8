import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TableClient, TableServiceClient } from '@azure/data-tables';
import type { UploadView } from '../../local/parts/appClient';
import type { Violation } from '../../local/parts/outlookControl';
import { blobService } from '../../local/parts/storage';
import { startApp, type TestApp } from '../support/app';

export const rangeSize = 262_144;
export const smallBytes = 3_000;
export const largeBytes = 3 * rangeSize + 900; // four ranges
const longBytes = 60 * rangeSize;
/** Below it a file goes by one POST. */
const border = 10_000;

/** A fault of the stand-in without its item (local/outlook/README.md). */
export interface Script {
  readonly op: string;
  readonly rangeIndex?: number;
  readonly nth?: number;
  readonly times?: number | 'always';
  readonly forSeconds?: number;
  readonly do: Record<string, unknown>;
}
/** An upload under way to an item, and a mailbox, of its own. */
export interface Begun {
  readonly id: string;
  readonly item: string;
  readonly blob: string;
  readonly sha256: string;
}
export type Ended = Omit<UploadView, 'error' | 'timeline'> & {
  error?: { code: string; detail: string; leftBehind?: string[]; serviceRequestId?: string };
  timeline: { event: string; detail?: string }[];
};

/** The app and the stand-in, with ranges so small and waits so short that faults end in seconds. */
export class FaultsWorld {
  private made = 0;
  /** Items with a session that nobody can close: its reply was lost, or the service refuses the DELETE. */
  readonly leftOpen = new Set<string>();
  /** Items whose activities ran twice: a range that was on its way may still come late, and is refused. */
  readonly runTwice = new Set<string>();

  constructor(readonly app: TestApp) {}

  static async start(settings: Record<string, string> = {}): Promise<FaultsWorld> {
    const app = await startApp({
      settings: {
        RANGE_SIZE: `${rangeSize}`,
        SMALL_ATTACHMENT_LIMIT: `${border}`,
        SETTLE_SECONDS: '3',
        ...settings,
      },
      outlook: { sessionMinBytes: border },
    });
    return new FaultsWorld(app);
  }

  /** A new file on its way to a new item, with these faults before it. */
  begin(sizeBytes: number, ...scripts: readonly Script[]): Promise<Begun> {
    return this.beginIn(`box${this.made}@contoso.com`, sizeBytes, ...scripts);
  }

  async beginIn(mailbox: string, sizeBytes: number, ...scripts: readonly Script[]): Promise<Begun> {
    const no = ++this.made;
    const item = await this.app.outlook.createItem(`users/${mailbox}/messages`);
    const bytes = randomBytes(sizeBytes);
    const blob = await this.app.putBlob('uploads', `file${no}.bin`, bytes);
    const faults = scripts.map(({ do: effect, times, forSeconds, ...on }) => ({
      on: { ...on, item },
      ...(times ? { times } : {}),
      ...(forSeconds ? { forSeconds } : {}),
      do: effect,
    }));
    if (faults.length > 0) await this.app.faults(...faults);
    const { id } = await this.app.createUpload({ blob, item });
    return { id, item, blob, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /**
   * A file on its way whose many ranges each take a while: what is to happen meanwhile has half a minute, and the step under
   * way soon ends. @param meanwhile called once bytes were taken; then ranges go fast again
   */
  async during(meanwhile: (upload: Begun) => Promise<void>): Promise<Begun> {
    await this.app.outlook.configure({ latencyMs: { put: 500 } });
    const upload = await this.begin(longBytes);
    await this.app.until(upload.id, ({ progress }) => progress.bytesSent > 0);
    await meanwhile(upload);
    await this.app.outlook.configure({ latencyMs: { put: 0 } });
    return upload;
  }

  async end({ id }: Begun): Promise<Ended> {
    return (await this.app.waitForUpload(id)) as Ended;
  }

  async cancel({ id }: Begun): Promise<number> {
    return (await this.app.call('DELETE', `/api/uploads/${id}`)).status;
  }

  /** Puts other bytes under its name, or deletes it. */
  async changeBlob({ blob }: Begun, replaced: boolean): Promise<void> {
    const [container = '', name = ''] = blob.split('/');
    if (replaced) await this.app.putBlob(container, name, randomBytes(largeBytes));
    else await blobService(this.app.storage).getContainerClient(container).deleteBlob(name);
  }

  /** It succeeded, and its item has one attachment, with its bytes. */
  async expectAttached(begun: Begun): Promise<Ended> {
    const upload = await this.end(begun);
    expect(upload).toMatchObject({ status: 'succeeded', attachment: { verified: true, sha256: begun.sha256 } });
    expect(await this.app.attachmentsOf(begun.item)).toMatchObject([{ sha256: begun.sha256 }]);
    return upload;
  }

  /** It ended like this, and its item has none. */
  async expectNothing(begun: Begun, code: string): Promise<Ended> {
    const upload = await this.end(begun);
    expect([upload.error?.code ?? upload.status, await this.app.attachmentsOf(begun.item)]).toEqual([code, []]);
    return upload;
  }

  /** Every script was met, no rule was broken, no session is open but those that nobody can close. */
  async expectCleanEnd(): Promise<void> {
    await this.app.expectFaultsConsumed();
    const late = ({ rule, item = '' }: Violation) => rule === 'rangeOverlap' && this.runTwice.has(item);
    expect((await this.app.outlook.bugs()).filter((bug) => !late(bug))).toEqual([]);
    const open = (await this.app.outlook.sessions()).filter(({ state }) => state === 'open');
    expect(open.filter(({ item }) => !this.leftOpen.has(item))).toEqual([]);
  }

  /** Where the host, the app and its storage keep or tell anything: no upload URL, and no key that seals one. */
  async expectNoSecrets(...keys: readonly string[]): Promise<void> {
    const places: Record<string, string> = {
      ...this.files(),
      ...(await this.tables()),
      'GET /api/uploads': await this.statuses(),
    };
    const secrets = [
      /authtoken/i,
      /AttachmentSessions\(/i,
      ...keys.map((key) => new RegExp(key.replace(/\W/g, '\\$&'))),
    ];
    const leaks = Object.entries(places).filter(([, text]) => secrets.some((secret) => secret.test(text)));
    expect(leaks.map(([name]) => name)).toEqual([]);
    expect(Object.keys(places)).toEqual(expect.arrayContaining(['functionsHost.sqlite', 'functionsHost.log']));
    expect(places['functionsHost.sqlite']).toContain('createUploadSession'); // it is what it should be
  }

  /** The host's SQLite files and log; Azurite's tables are read over the wire. */
  private files(): Record<string, string> {
    const { dataDir } = this.app.laptop;
    const names = readdirSync(dataDir).filter((name) => /^functionsHost\./.test(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(dataDir, name), 'latin1')]));
  }

  private async tables(): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    const options = { allowInsecureConnection: true };
    for await (const { name = '' } of TableServiceClient.fromConnectionString(this.app.storage, options).listTables()) {
      const rows: unknown[] = [];
      const client = TableClient.fromConnectionString(this.app.storage, name, options);
      for await (const row of client.listEntities()) rows.push(row);
      all[`table ${name}`] = JSON.stringify(rows);
    }
    return all;
  }

  private async statuses(): Promise<string> {
    return JSON.stringify((await this.app.call('GET', '/api/uploads?limit=100')).body);
  }
}

export const events = ({ timeline }: Ended): string[] => timeline.map(({ event }) => event);
