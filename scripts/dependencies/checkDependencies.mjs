// Dependencies, without asking anybody: exact pins, a lock file that agrees, licences, no unseen install scripts, and none
// of the advisories that scripts/dependencies/advisories.json knows (npm run audit:refresh brings that up to date).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import semver from 'semver';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const nameOf = (path, { name }) => name ?? path.replace(/^.*node_modules\//, '');

/** What is wrong with the dependencies of the project in `root`, one sentence each. */
export function dependencyProblems(root, { policy, advisories }) {
  const manifest = read(join(root, 'package.json'));
  const { packages } = read(join(root, 'package-lock.json'));
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
  return [
    ...pinProblems(manifest, packages),
    ...installed.flatMap(([path, entry]) => [
      ...sourceProblems(nameOf(path, entry), entry),
      ...licenceProblems(nameOf(path, entry), entry, root, path, policy),
      ...scriptProblems(nameOf(path, entry), entry, manifest),
      ...knownProblems(nameOf(path, entry), entry, advisories, policy),
    ]),
  ];
}

function pinProblems({ dependencies = {}, devDependencies = {} }, packages) {
  return Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) => {
    if (!semver.valid(version)) return [`package.json: ${name} is "${version}". Pin the exact version.`];
    const locked = packages[`node_modules/${name}`]?.version;
    return locked === version ? [] : [`${name} is ${version} in package.json, but ${locked} in package-lock.json.`];
  });
}

/** A lock that names another registry, or no hash, would let another package in. */
function sourceProblems(name, { resolved, integrity, dev, optional, inBundle, version }) {
  const foreign = resolved !== undefined && !/^https:\/\/[a-z]+\.npmjs\.org\//.test(resolved);
  // npm leaves the hash out for optional packages of other systems that its registry did not serve
  const unhashed = integrity === undefined && !inBundle && !(dev && optional);
  return [
    ...(foreign ? [`${name} ${version} comes from ${resolved}, not from the npm registry.`] : []),
    ...(unhashed ? [`${name} ${version} has no integrity hash in package-lock.json.`] : []),
  ];
}

function licenceProblems(name, entry, root, path, { licences, exceptions }) {
  if (name in exceptions || (entry.dev && entry.optional)) return [];
  const licence = entry.license ?? installedLicence(root, path);
  if (licence !== undefined && allows(licence, licences)) return [];
  return [`${name} ${entry.version} has the licence ${licence ?? '(none)'}, which policy.json does not allow.`];
}

function installedLicence(root, path) {
  try {
    return read(join(root, path, 'package.json')).license;
  } catch {
    return undefined;
  }
}

/** An SPDX expression of OR and AND, without nesting. */
const allows = (expression, licences) =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => licences.includes(each)));

/** npm asks about install scripts that package.json does not answer for. */
function scriptProblems(name, { hasInstallScript, optional, version }, { allowScripts = {} }) {
  return hasInstallScript && !optional && !(name in allowScripts)
    ? [`${name} ${version} has an install script: say in allowScripts of package.json whether it may run.`]
    : [];
}

function knownProblems(name, { version, dev }, { advisories }, { accepted }) {
  return advisories
    .filter((each) => each.name === name && semver.satisfies(version, each.range) && !(each.id in accepted))
    .map(
      ({ id, severity, title, url }) =>
        `${name} ${version}${dev ? ' (development)' : ''}: ${severity}, ${title} (${id}, ${url})`,
    );
}

export function checkDependencies(root) {
  const here = join(root, 'scripts', 'dependencies');
  const advisories = read(join(here, 'advisories.json'));
  const problems = dependencyProblems(root, { policy: read(join(here, 'policy.json')), advisories });
  for (const problem of problems) console.error(problem);
  console.log(`Advisories as of ${advisories.asOf ?? 'never: run npm run audit:refresh'}.`);
  return problems.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exit(checkDependencies(process.argv[2] ?? join(import.meta.dirname, '..', '..')) ? 0 : 1);
}
