// The headless Chromium of the devDependency @sparticuz/chromium, unpacked once into node_modules/.cache. It comes with
// a font, for machines that have none. `node scripts/chromium.mjs` prints { path, fonts } as JSON.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sparticuz from '@sparticuz/chromium';

const modules = join(import.meta.dirname, '..', 'node_modules');
const { version } = JSON.parse(readFileSync(join(modules, '@sparticuz', 'chromium', 'package.json'), 'utf8'));

export async function chromium() {
  const kept = join(modules, '.cache', `chromium-${version}`);
  if (!existsSync(join(kept, 'chromium'))) await unpack(kept);
  return { path: join(kept, 'chromium'), fonts: join(kept, 'fonts') };
}

/** The package unpacks into the folder of temporary files. Ours is made whole before it gets its name. */
async function unpack(kept) {
  const making = `${kept}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  process.env.TMPDIR = making;
  await sparticuz.executablePath();
  const fonts = `<?xml version="1.0"?><fontconfig><dir>${join(kept, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(kept, 'fonts-cache')}</cachedir></fontconfig>`;
  writeFileSync(join(making, 'fonts', 'fonts.conf'), fonts);
  try {
    renameSync(making, kept);
  } catch {
    rmSync(making, { recursive: true, force: true }); // another process was quicker
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(JSON.stringify(await chromium()));
