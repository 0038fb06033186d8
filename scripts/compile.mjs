// Compiles sources into dist/, each by itself, and only those that have changed. Types are looked at by `npm run check`:
// with them it would take five times as long.
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/** @param patterns of sources below `root`; specs among them are left out, jest compiles those */
export function compile(root, patterns) {
  const config = join(root, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(config, ts.sys.readFile).config, ts.sys, root);
  const compilerOptions = { ...options, composite: false, declaration: false };
  const rebuiltAt = Math.max(changedAt(config), changedAt(join(root, 'package-lock.json')));
  for (const file of globSync(patterns, { cwd: root })) {
    if (/\.(d|spec)\.ts$/.test(file)) continue;
    const source = join(root, file);
    const target = join(root, 'dist', file.replace(/\.ts$/, '.js'));
    if (changedAt(target) > Math.max(changedAt(source), rebuiltAt)) continue;
    mkdirSync(dirname(target), { recursive: true });
    // as a path from its map: where a debugger finds it
    const fileName = relative(dirname(target), source).split(sep).join('/');
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(source, 'utf8'), {
      fileName,
      compilerOptions,
    });
    writeFileSync(`${target}.map`, named(sourceMapText, basename(target), fileName));
    writeFileSync(target, outputText);
  }
}

function named(map, file, source) {
  return JSON.stringify({ ...JSON.parse(map), file, sourceRoot: '', sources: [source] });
}

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
