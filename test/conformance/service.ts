import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOutlook } from '../../local/outlook/server';
import { OutlookControl } from '../../local/parts/outlookControl';
import { tokenSource } from '../../src/adapters/graph/tokens';
import { graphAttachments } from '../../src/adapters/graph/attachments';
import { graphClient, type GraphClient } from '../../src/adapters/graph/client';
import { outlookUploadSessions } from '../../src/adapters/graph/outlookSessions';
import { todoUploadSessions } from '../../src/adapters/graph/todoSessions';
import { graphVersionOf } from '../../src/core/items/kinds';
import { type Item, parseItemPath } from '../../src/core/items/path';
import type { AttachmentApi, UploadSessionApi } from '../../src/core/wire/ports';
import { answered, idIn } from './answers';
import { tellSeen } from './seen';

/** `users/{upn}` of a test tenant: then all of this speaks to Microsoft's service. CONTRIBUTING.md has how. */
const live = process.env['OUTLOOK_LIVE'];
const uploadHosts = ['outlook.office.com', 'outlook.office365.com', '*.outlook.office.com', '*.outlook.office365.com'];

/** A service as the app's own adapters see it, and items in it that are removed when the suite ends. */
export interface Service {
  readonly graph: GraphClient;
  readonly attachments: AttachmentApi;
  readonly outlook: UploadSessionApi;
  readonly todo: UploadSessionApi;
  draft(): Promise<Item>;
  event(): Promise<Item>;
  task(): Promise<Item>;
}

/** The service of a spec file: the stand-in, or the live one. What stops it tells what was seen there. */
export function serviceForSuite(): { readonly it: Service } {
  const holder: { it?: Service } = {};
  let stop: (() => Promise<void>) | undefined;
  if (live !== undefined) jest.setTimeout(180_000);
  beforeAll(async () => {
    const opened = live === undefined ? await standInService() : liveService(live);
    holder.it = opened.service;
    stop = opened.stop;
  });
  afterAll(async () => {
    await stop?.();
    if (live !== undefined) tellSeen();
  });
  return holder as { it: Service };
}

interface Opened {
  readonly service: Service;
  readonly stop: () => Promise<void>;
}

async function standInService(): Promise<Opened> {
  const dataDir = mkdtempSync(join(tmpdir(), 'conformance-'));
  const profile = process.env['OUTLOOK_PROFILE'];
  const outlook = await startOutlook({ dataDir, ...(profile ? { profile } : {}) });
  const control = new OutlookControl(outlook.graphUrl);
  const mailbox = 'users/megan@contoso.com';
  const adapters = adaptersOf(outlook.graphUrl, async () => 'local', true);
  const service: Service = {
    ...adapters,
    draft: () => newItem(adapters.graph, `${mailbox}/messages`, { subject: 'conformance' }),
    event: async () => at(await control.createItem(`${mailbox}/events`)),
    task: async () => at(await control.createItem(`${mailbox}/todo/lists/AAMkList=/tasks`)),
  };
  const stop = async (): Promise<void> => {
    await outlook.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { service, stop };
}

function liveService(mailbox: string): Opened {
  const graphRoot = process.env['GRAPH_ENDPOINT'] ?? 'https://graph.microsoft.com';
  const adapters = adaptersOf(graphRoot, tokenSource({ graphRoot, loopback: false }), false);
  const made: (readonly string[])[] = [];
  const kept = async (item: Promise<Item>): Promise<Item> => {
    made.push((await item).segments);
    return item;
  };
  const subject = 'blob-to-outlook: a conformance test, removed at its end';
  const time = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
  const event = { subject, start: time('2037-01-05T10:00:00'), end: time('2037-01-05T10:30:00'), isReminderOn: false };
  const service: Service = {
    ...adapters,
    draft: () => kept(newItem(adapters.graph, `${mailbox}/messages`, { subject })),
    event: () => kept(newItem(adapters.graph, `${mailbox}/events`, event)),
    async task() {
      const lists = [...mailbox.split('/'), 'todo', 'lists'];
      const list = idIn(await posted(adapters.graph, lists, { displayName: subject }));
      made.push([...lists, list]);
      return newItem(adapters.graph, `${mailbox}/todo/lists/${encodeURIComponent(list)}/tasks`, { title: subject });
    },
  };
  const stop = async (): Promise<void> => {
    for (const path of made) await adapters.graph.send({ method: 'DELETE', path });
  };
  return { service, stop };
}

function adaptersOf(graphRoot: string, tokens: () => Promise<string>, allowLoopback: boolean) {
  const graph = graphClient({ graphRoot, tokens });
  const isLink = (body?: string): boolean => body?.includes('#microsoft.graph.referenceAttachment') ?? false;
  const versionOf = ({ form }: Item, body?: string) =>
    graphVersionOf(form, isLink(body) ? 'referenceAttachment' : 'file');
  return {
    graph,
    attachments: graphAttachments({ graph, versionOf }),
    outlook: outlookUploadSessions({ graph, hosts: uploadHosts, allowLoopback, versionOf }),
    todo: todoUploadSessions({ graph, tokens }),
  };
}

const posted = (graph: GraphClient, path: readonly string[], body: object) =>
  graph.send({ method: 'POST', path, body: JSON.stringify(body) }).then((reply) => answered(reply, 201));

async function newItem(graph: GraphClient, collection: string, body: object): Promise<Item> {
  const path = collection.split('/').map(decodeURIComponent);
  return at(`${collection}/${encodeURIComponent(idIn(await posted(graph, path, body)))}`);
}

export function at(path: string): Item {
  const parsed = parseItemPath(path);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.item;
}
