// Bundles page/ into dist/page/: one script, one stylesheet and the icon, each named by its content's hash, and the
// HTML that names them. src/functions/page serves that folder.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

export async function buildPage(root) {
  const [from, to] = [join(root, 'page'), join(root, 'dist', 'page')];
  const { outputFiles } = await build({
    entryPoints: ['page.tsx', 'styles/page.css', 'icon.svg'].map((name) => join(from, name)),
    entryNames: '[name]-[hash]',
    outdir: to,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    loader: { '.svg': 'copy' },
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  const names = outputFiles.map(({ path }) => basename(path));
  const html = readFileSync(join(from, 'index.html'), 'utf8').replace(
    /(href|src)="([^"]+)"/g,
    (_whole, attribute, name) => {
      const [stem, ending] = name.split('.');
      const hashed = names.find((each) => each.startsWith(`${stem}-`) && each.endsWith(`.${ending}`));
      if (!hashed) throw new Error(`page/index.html names ${name}, which was not built.`);
      return `${attribute}="/assets/${hashed}"`;
    },
  );
  writeFileSync(join(to, 'index.html'), html);
}
