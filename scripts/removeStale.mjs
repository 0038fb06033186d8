import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes compiled files whose source is gone: the host would load a function that was renamed under both its names. */
export function removeStale(root, rooms) {
  for (const room of rooms) {
    for (const file of globSync(`${room}/**/*.{js,js.map,d.ts,d.ts.map}`, { cwd: join(root, 'dist') })) {
      const source = join(root, file.replace(/\.(js|d\.ts)(\.map)?$/, ''));
      if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(join(root, 'dist', file));
    }
  }
}
