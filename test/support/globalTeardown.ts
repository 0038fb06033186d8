import { rmSync } from 'node:fs';

/** Ends what globalSetup started. */
async function globalTeardown(): Promise<void> {
  const azurite = globalThis.testAzurite;
  if (!azurite) return;
  await (await azurite.part).stop();
  rmSync(azurite.dir, { recursive: true, force: true, maxRetries: 3 });
}

export = globalTeardown;
