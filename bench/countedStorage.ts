import { join } from 'node:path';
import { connectionString, startAzurite } from '../local/parts/azurite';
import { freePorts } from '../local/parts/ports';
import { CountingProxy, type NameOf } from './countingProxy';

/** What requests count as, by the service that they go to. */
export interface Counting {
  readonly blob: NameOf;
  readonly table: NameOf;
  /** nothing is written to disk */
  readonly inMemory?: boolean;
}

/** An Azurite behind proxies that count what is asked of it. */
export interface CountedStorage {
  readonly connection: string;
  /** How often each was asked for since the last `clear`. */
  counts(): [string, number][];
  clear(): void;
  stop(): Promise<void>;
}

export async function startCountedStorage(
  dir: string,
  { blob: nameOfBlobCall, table: nameOfTableCall, inMemory = false }: Counting,
): Promise<CountedStorage> {
  const [blob = 0, queue = 0, table = 0] = await freePorts(3);
  const ports = { blob, queue, table };
  const azurite = await startAzurite(join(dir, 'azurite'), ports, { inMemory, logFile: join(dir, 'azurite.log') });
  const blobs = await CountingProxy.start(blob, nameOfBlobCall);
  const tables = await CountingProxy.start(table, nameOfTableCall);
  return {
    connection: connectionString({ blob: blobs.port, queue, table: tables.port }),
    counts: () => [...blobs.counts, ...tables.counts],
    clear() {
      blobs.counts.clear();
      tables.counts.clear();
    },
    async stop() {
      blobs.stop();
      tables.stop();
      await azurite.stop();
    },
  };
}
