import { join } from 'node:path';
import { appRoot, distFile } from './paths';
import { startPart, type Part } from './part';

/** Where Azurite serves, all on 127.0.0.1. */
export interface AzuritePorts {
  blob: number;
  queue: number;
  table: number;
}

/** A storage account; the key is base64. */
export interface StorageAccount {
  name: string;
  key: string;
}

/** The account that every storage emulator has: name and key are public, by Microsoft's documentation. */
export const developmentAccount: StorageAccount = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

/** The connection string of an account of an Azurite on these ports. */
export function connectionString(ports: AzuritePorts, { name, key }: StorageAccount = developmentAccount): string {
  const endpoint = (service: 'Blob' | 'Queue' | 'Table', port: number): string =>
    `${service}Endpoint=http://127.0.0.1:${port}/${name}`;
  return [
    `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key}`,
    endpoint('Blob', ports.blob),
    endpoint('Queue', ports.queue),
    endpoint('Table', ports.table),
  ].join(';');
}

/**
 * Azurite as a child process.
 * @param location the folder of its files
 * @param accounts instead of the development account
 * @param inMemory nothing is written to disk, and all is lost at its end
 */
export function startAzurite(
  location: string,
  ports: AzuritePorts,
  { accounts, logFile, inMemory }: { accounts?: StorageAccount[]; logFile?: string; inMemory?: boolean } = {},
): Promise<Part> {
  const hosts = ['--blobHost', '--queueHost', '--tableHost'].flatMap((flag) => [flag, '127.0.0.1']);
  const numbers = ['--blobPort', `${ports.blob}`, '--queuePort', `${ports.queue}`, '--tablePort', `${ports.table}`];
  const place = inMemory ? ['--inMemoryPersistence'] : ['--location', location];
  return startPart({
    name: 'Azurite',
    script: join(appRoot, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'),
    nodeFlags: ['--require', distFile('local', 'parts', 'withoutInsights.js')],
    args: [...hosts, ...numbers, ...place, '--silent', '--skipApiVersionCheck', '--disableTelemetry'],
    env: { AZURITE_ACCOUNTS: accounts?.map(({ name, key }) => `${name}:${key}`).join(';') },
    readyLine: /Table service is successfully listening/,
    ...(logFile === undefined ? {} : { logFile }),
  });
}

/** Whether an Azurite answers on that port. */
export async function isAzurite(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) });
    return reply.headers.get('server')?.startsWith('Azurite') ?? false;
  } catch {
    return false;
  }
}
