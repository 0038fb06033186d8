import { forEachLimited, Limited } from './forEachLimited';
import type { PurgeDependencies } from './purgeEnded';

/** Removes resources whose upload has ended, or never came to be: what a crash left between two writes. */
export async function purgeResources(
  writtenBefore: number,
  { resources, records }: PurgeDependencies,
  steps: Limited,
): Promise<void> {
  await forEachLimited(
    await resources.listBefore(writtenBefore),
    async (id) => {
      if ((await records.get(id))?.value.state !== 'active') await resources.remove(id);
    },
    steps,
  );
}
