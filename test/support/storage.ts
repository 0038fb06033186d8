import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectionString, type AzuritePorts } from '../../local/parts/azurite';

/** What globalSetup tells the spec files, in the environment. */
export interface TestStorage {
  dir: string;
  ports: AzuritePorts;
  /** one key for all accounts */
  key: string;
}

export const storageVariable = 'BLOB_TO_OUTLOOK_TEST_STORAGE';
export const accountCount = 400;
export const accountName = (index: number): string => `spec${String(index).padStart(3, '0')}`;

/** The connection string of a storage account that nobody else in this run has or had. Waits until Azurite serves. */
export async function ownStorage(): Promise<string> {
  const storage = JSON.parse(process.env[storageVariable] ?? 'null') as TestStorage | null;
  if (!storage) throw new Error('No Azurite: jest.config.js must name test/support/globalSetup.ts.');
  await untilListening(storage.ports.table); // the last of the three that Azurite opens
  return connectionString(storage.ports, { name: claimAccount(storage.dir), key: storage.key });
}

function claimAccount(dir: string): string {
  for (let index = 0; index < accountCount; index++) {
    try {
      closeSync(openSync(join(dir, 'claims', accountName(index)), 'wx'));
      return accountName(index);
    } catch {
      // taken by another spec file
    }
  }
  throw new Error(`All ${accountCount} accounts are taken: raise accountCount.`);
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 2_400; attempt++) {
    if (await canConnect(port)) return;
    await delay(25);
  }
  throw new Error('Azurite does not serve.');
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
