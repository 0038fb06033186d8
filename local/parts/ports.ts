import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Longer than a child needs to end after its parent was killed (leash.ts). */
const orphansEndWithinMs = 7_000;

/** Below what systems give to outgoing connections: a port of those may be gone before a slow part opens it. */
const lowestPort = 20_000;
const highestPort = 32_767;

/** `count` different free ports of 127.0.0.1. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  forgetOldReservations();
  for (let attempt = 0; found.size < count; attempt++) {
    if (attempt > 1_000) throw new Error(`No ${count} free ports between ${lowestPort} and ${highestPort}.`);
    const port = randomInt(lowestPort, highestPort + 1);
    if (reserve(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** Longer than a busy machine needs from the choice of a port until a server holds it. */
const reservedMs = 120_000;
const reservations = join(tmpdir(), 'blob-to-outlook-ports');

/** Keeps other starts on this machine from the same choice. @returns false where one has made it */
function reserve(port: number): boolean {
  try {
    mkdirSync(reservations, { recursive: true });
    writeFileSync(join(reservations, `${port}`), '', { flag: 'wx' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST'; // another user's folder keeps nobody from starting
  }
}

function forgetOldReservations(): void {
  try {
    for (const name of readdirSync(reservations)) {
      const { mtimeMs = 0 } = statSync(join(reservations, name), { throwIfNoEntry: false }) ?? {};
      if (Date.now() - mtimeMs > reservedMs) rmSync(join(reservations, name), { force: true });
    }
  } catch {
    // none yet, or another user's
  }
}

/** Whether a server can be opened on that port now. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port);
    await new Promise((closed) => server.close(closed));
    return true;
  } catch {
    return false;
  }
}

/** Waits for what a killed start left behind to end. @returns whether the port is free at last */
export async function becomesFree(port: number, withinMs = orphansEndWithinMs): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (!(await isFree(port))) {
    if (Date.now() > until) return false;
    await delay(100);
  }
  return true;
}

/** Makes the next start choose new ones. */
export function forgetPorts(dataDir: string): void {
  rmSync(join(dataDir, 'ports.json'), { force: true });
}

/**
 * One port for each name, the same ones at every start with this data directory (upload URLs and clients' connection
 * strings hold them). One that another program has taken meanwhile is replaced.
 * @param inUse says whether the holder of a taken port is ours, another start with the same data directory
 * @throws Error when it is
 */
export async function rememberedPorts<Name extends string>(
  dataDir: string,
  names: readonly Name[],
  inUse: (port: number) => Promise<boolean>,
  freeWithinMs = orphansEndWithinMs,
): Promise<Record<Name, number>> {
  const file = join(dataDir, 'ports.json');
  const known = readPorts(file);
  const fresh = await freePorts(names.length);
  const ports = await Promise.all(
    names.map(async (name, index) => {
      const before = known[name];
      if (before === undefined) return fresh[index];
      if (await becomesFree(before, freeWithinMs)) return before;
      if (await inUse(before))
        throw new Error(`Another start is running with the same DATA_DIR, ${dataDir}: stop it first.`);
      return fresh[index];
    }),
  );
  const chosen = Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Record<Name, number>;
  writeFileSync(file, JSON.stringify({ ...known, ...chosen }));
  return chosen;
}

function readPorts(file: string): Partial<Record<string, number>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<string, number>>;
  } catch {
    return {}; // the first start, or a file cut off by a crash: new ports do no harm
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
