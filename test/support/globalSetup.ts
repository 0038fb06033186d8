import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite } from '../../local/parts/azurite';
import type { Part } from '../../local/parts/part';
import { freePorts } from '../../local/parts/ports';
import { accountCount, accountName, storageVariable, type TestStorage } from './storage';

declare global {
  var testAzurite: { part: Promise<Part>; dir: string } | undefined;
}

/** One Azurite for the whole run; each spec file takes an account of its own. Nobody waits for it who does not use it. */
async function globalSetup(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'blob-to-outlook-tests-'));
  mkdirSync(join(dir, 'claims'));
  const [blob = 0, queue = 0, table = 0] = await freePorts(3);
  const storage: TestStorage = { dir, ports: { blob, queue, table }, key: randomBytes(32).toString('base64') };
  const accounts = Array.from({ length: accountCount }, (_, index) => ({ name: accountName(index), key: storage.key }));
  const part = startAzurite(join(dir, 'azurite'), storage.ports, { accounts, logFile: join(dir, 'azurite.log') });
  part.catch((error: unknown) => console.error(error));
  globalThis.testAzurite = { part, dir };
  process.env[storageVariable] = JSON.stringify(storage);
}

export = globalSetup;
