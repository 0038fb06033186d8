import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Makes the folder of the local state: before any host starts, because a folder that appears in the app's root restarts it.
 * @throws Error naming DATA_DIR where it cannot be made
 */
export function makeDataDir(dir: string): string {
  const dataDir = resolve(dir);
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR: the folder ${dataDir} cannot be made (${code}). Name one that this user can write.`);
  }
  return dataDir;
}

/** The key that seals upload URLs, made at the first start and kept: uploads under way need it at the next one. */
export function keptUploadUrlKey(dataDir: string): string {
  const file = join(dataDir, 'upload-url.key');
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (Buffer.from(kept, 'base64').length === 32) return kept;
  } catch {
    // not made yet
  }
  const key = randomBytes(32).toString('base64');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}
