import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folders of these packages and of all that they need at run time, relative to `root`, as package-lock.json places them.
 * @throws where another version is installed than the lock says
 */
export function installedClosure(root, names) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  const visit = (name, from) => {
    const path = placeOf(packages, name, from);
    if (path === undefined) throw new Error(`package-lock.json has no ${name}. Run "npm install".`);
    if (found.has(path)) return;
    found.add(path);
    const installed = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    if (installed.version !== packages[path].version) {
      throw new Error(
        `${path} is ${installed.version}, but package-lock.json says ${packages[path].version}. Run "npm ci".`,
      );
    }
    for (const dependency of Object.keys(packages[path].dependencies ?? {})) visit(dependency, path);
  };
  for (const name of names) visit(name, '');
  return [...found].sort();
}

/** Where Node would find `name` from the package at `from`: in its own node_modules, else in the next above. */
function placeOf(packages, name, from) {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (packages[path]) return path;
  const above = Math.max(0, from.lastIndexOf('/node_modules/'));
  return from === '' ? undefined : placeOf(packages, name, from.slice(0, above));
}
