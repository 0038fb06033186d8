import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Bytes } from './bytes';
import { Changes } from './changes';
import { Clock } from './clock';
import { DEFAULTS } from './config';
import { control, reset } from './control';
import { Faults } from './faults';
import { graphRequest } from './graphOrigin';
import { Exchange } from './http';
import { IdMaker } from './ids';
import { Journal } from './journal';
import { MailboxMemory } from './mailboxMemory';
import { page } from './page';
import { rememberedPorts, rememberPorts } from './ports';
import { serve } from './service';
import { Store } from './store';
import { Throttle } from './throttle';
import { uploadRequest } from './uploadOrigin';
import { phaseAt } from './uploadSessions';
import { errorReply, Refusal } from './wireErrors';
import type { World } from './world';

export interface OutlookOptions {
  /** Where its state lies, in `outlook/`; default `.data`. */
  readonly dataDir?: string;
  /** 0 (default): the port of the last run in `dataDir`, else any free one. */
  readonly graphPort?: number;
  readonly uploadPort?: number;
  /** Milliseconds since 1970: expiry, lags and throttling follow it. Latencies pass in real time. */
  readonly clock?: () => number;
}

export interface Outlook {
  /** `http://127.0.0.1:{port}`, without a version. */
  readonly graphUrl: string;
  readonly uploadUrl: string;
  close(): Promise<void>;
}

/** Starts both origins. What it kept in `dataDir` is there again; a new `dataDir` gets the seeds. */
export async function startOutlook(options: OutlookOptions = {}): Promise<Outlook> {
  const folder = join(options.dataDir ?? '.data', 'outlook');
  const world = openWorld(folder, options.clock ?? Date.now);
  const graph = createServer(
    (request, response) => void onGraph(world, new Exchange(request, response, world.graphUrl)),
  );
  const upload = createServer((request, response) => {
    const exchange = new Exchange(request, response, world.uploadUrl);
    void serve(world, exchange, () => uploadRequest(world, exchange));
  });
  const remembered = rememberedPorts(folder);
  world.graphUrl = await listen(graph, options.graphPort ?? 0, remembered.graph);
  world.uploadUrl = await listen(upload, options.uploadPort ?? 0, remembered.upload);
  rememberPorts(folder, { graph: portOf(graph), upload: portOf(upload) });
  const { graphUrl, uploadUrl } = world;
  const close = async () => {
    await Promise.all([graph, upload].map(stop));
    world.store.close();
  };
  return { graphUrl, uploadUrl, close };
}

function openWorld(folder: string, base: () => number): World {
  const clock = new Clock(base);
  const { now } = clock;
  const world: World = {
    config: DEFAULTS,
    clock,
    now,
    ids: new IdMaker(() => world.config.reservedIdCharacters),
    store: new Store(folder),
    bytes: new Bytes(join(folder, 'files')),
    faults: new Faults(now),
    journal: new Journal(now),
    throttle: new Throttle(() => world.config.throttling, now),
    turns: new Map(),
    late: [],
    changes: new Changes(() => world.config.conflicts === 'refused'),
    mailboxes: new MailboxMemory(),
    graphUrl: 'http://127.0.0.1',
    uploadUrl: 'http://127.0.0.1',
  };
  if (world.store.items.all().length === 0) reset(world);
  else world.bytes.keepOnly(filesInUse(world));
  return world;
}

function filesInUse(world: World): Set<string> {
  const open = world.store.sessions.all().filter(({ state }) => phaseAt(state, world.now()) === 'open');
  const attached = world.store.attachments.all().flatMap(({ file }) => file ?? []);
  return new Set([...open.map(({ file }) => file), ...attached]);
}

async function onGraph(world: World, exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  if (pathname !== '/' && !pathname.startsWith('/_/')) {
    await serve(world, exchange, () => graphRequest(world, exchange));
    return;
  }
  try {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    await exchange.send(
      pathname === '/' ? { status: 200, headers: html, text: await page(world) } : await control(world, exchange),
    );
  } catch (cause) {
    if (!(cause instanceof Refusal)) console.error('Outlook stand-in:', cause);
    await exchange.send(errorReply(cause instanceof Refusal ? cause : new Refusal('internal'), world.now()));
  }
}

async function listen(server: Server, wanted: number, remembered: number | undefined): Promise<string> {
  server.keepAliveTimeout = 75_000; // longer than a client's pool keeps a connection: a reset is then always a scripted one
  await bind(server, wanted || (remembered ?? 0)).catch(async (cause: unknown) => {
    if (wanted !== 0 || remembered === undefined) throw cause;
    await bind(server, 0); // someone took the old port: sessions of the last run are lost then
  });
  return `http://127.0.0.1:${portOf(server)}`;
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
