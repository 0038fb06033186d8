import { join } from 'node:path';
import { Bytes } from './bytes';
import { Changes } from './changes';
import { Clock } from './clock';
import { DEFAULTS, patched } from './config';
import { reset } from './control';
import { Faults } from './faults';
import { Exchange } from './http';
import { IdMaker } from './ids';
import { Journal } from './journal';
import { listen, portOf, serverFor, stop } from './listening';
import { MailboxMemory } from './mailboxMemory';
import { rememberedPorts, rememberPorts } from './ports';
import { type Profile, readProfile } from './profile';
import { onGraph, onUpload } from './requests';
import { Store } from './store';
import { Throttle } from './throttle';
import { certificateIn } from './tls';
import { phaseAt } from './uploadSessions';
import type { World } from './world';

export interface OutlookOptions {
  /** Where its state lies, in `outlook/`; default `.data`. */
  readonly dataDir?: string;
  /** 0 (default): the port of the last run in `dataDir`, else any free one. */
  readonly graphPort?: number;
  readonly uploadPort?: number;
  /** Milliseconds since 1970: expiry, lags and throttling follow it. Latencies pass in real time. */
  readonly clock?: () => number;
  /** File of a profile: what is measured at a service becomes the default. */
  readonly profile?: string;
  /** Both origins speak https, with a certificate of their own: `certFile` of the result. */
  readonly tls?: boolean;
}

export interface Outlook {
  /** `http://127.0.0.1:{port}`, without a version. */
  readonly graphUrl: string;
  readonly uploadUrl: string;
  /** With `tls`: the certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly certFile?: string;
  close(): Promise<void>;
}

/** Starts both origins. What it kept in `dataDir` is there again; a new `dataDir` gets the seeds. */
export async function startOutlook(options: OutlookOptions = {}): Promise<Outlook> {
  const folder = join(options.dataDir ?? '.data', 'outlook');
  const profile = options.profile === undefined ? undefined : readProfile(options.profile);
  const world = openWorld(folder, options.clock ?? Date.now, profile);
  const certificate = options.tls ? await certificateIn(join(folder, 'tls')) : undefined;
  const graph = serverFor(world, certificate, (request, response) =>
    onGraph(world, new Exchange(request, response, world.graphUrl)),
  );
  const upload = serverFor(world, certificate, (request, response) =>
    onUpload(world, new Exchange(request, response, world.uploadUrl)),
  );
  const remembered = rememberedPorts(folder);
  world.graphUrl = await listen(graph, options.graphPort ?? 0, remembered.graph);
  world.uploadUrl = await listen(upload, options.uploadPort ?? 0, remembered.upload);
  rememberPorts(folder, { graph: portOf(graph), upload: portOf(upload) });
  const { graphUrl, uploadUrl } = world;
  const close = async () => {
    await Promise.all([graph, upload].map(stop));
    world.store.close();
  };
  return { graphUrl, uploadUrl, close, ...(certificate ? { certFile: certificate.certFile } : {}) };
}

function openWorld(folder: string, base: () => number, profile: Profile | undefined): World {
  const defaults = profile === undefined ? DEFAULTS : patched(DEFAULTS, profile.traits);
  const clock = new Clock(base);
  const { now } = clock;
  const world: World = {
    config: defaults,
    defaults,
    ...(profile ? { profile } : {}),
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
