import { rmSync } from 'node:fs';

/** Ends what globalSetup started. */
async function globalTeardown(): Promise<void> {
  const azurite = globalThis.testAzurite;
  if (!azurite) return;
  const part = await azurite.part.catch(() => undefined); // why it did not start was said then
  await part?.stop();
  rmSync(azurite.dir, { recursive: true, force: true, maxRetries: 3 });
}

export = globalTeardown;
