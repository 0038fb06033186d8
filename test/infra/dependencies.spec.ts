import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { appRoot } from '../../local/parts/paths';

type Entry = Record<string, unknown>;
const good: Entry = { version: '1.2.3', license: 'MIT', integrity: 'sha512-x' };

/** What the check says of a project that has one dependency, `thing`. */
function check(
  entry: Entry,
  { wanted = '1.2.3', allowScripts = {}, advisories = [] as Entry[], accepted = {} } = {},
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-dependencies-'));
  const put = (path: string, content: unknown): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  try {
    put('package.json', { dependencies: { thing: wanted }, allowScripts });
    put('package-lock.json', { packages: { '': {}, 'node_modules/thing': entry } });
    put('scripts/dependencies/policy.json', { licences: ['MIT', 'Apache-2.0'], exceptions: {}, accepted });
    put('scripts/dependencies/advisories.json', { asOf: '2026-11-29', advisories });
    const args = [join(appRoot, 'scripts', 'dependencies', 'checkDependencies.mjs'), folder];
    const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const problems = stderr.split('\n').filter(Boolean);
    expect(stdout).toBe('Advisories as of 2026-11-29.\n');
    expect(status).toBe(problems.length === 0 ? 0 : 1);
    return problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the check of dependencies', () => {
  it('is content with an exact pin of an allowed licence', () => {
    expect(check(good)).toEqual([]);
    expect(check({ ...good, license: '(GPL-3.0 OR Apache-2.0)' })).toEqual([]);
  });

  it.each<[string, Entry, Parameters<typeof check>[1], RegExp]>([
    ['a range', good, { wanted: '^1.2.3' }, /thing is "\^1\.2\.3"\. Pin the exact version/],
    ['another version in the lock', good, { wanted: '1.2.4' }, /1\.2\.4 in package\.json, but 1\.2\.3/],
    ['a licence that nobody allowed', { ...good, license: 'GPL-3.0' }, {}, /licence GPL-3\.0, which policy/],
    ['one licence of two', { ...good, license: 'MIT AND GPL-3.0' }, {}, /licence MIT AND GPL-3\.0/],
    ['no licence', { ...good, license: undefined }, {}, /licence \(none\)/],
    ['another registry', { ...good, resolved: 'https://example.org/thing.tgz' }, {}, /not from the npm registry/],
    ['no hash', { ...good, integrity: undefined }, {}, /no integrity hash/],
    ['an install script', { ...good, hasInstallScript: true }, {}, /has an install script/],
  ])('refuses %s', (_what, entry, options, sentence) => {
    expect(check(entry, options)).toEqual([expect.stringMatching(sentence)]);
  });

  it('takes an install script that package.json answers for', () => {
    expect(check({ ...good, hasInstallScript: true }, { allowScripts: { thing: false } })).toEqual([]);
  });

  it('names an advisory for the locked version, unless it was accepted with a reason', () => {
    const advisory = { id: '1', name: 'thing', range: '<1.3.0', severity: 'high', title: 'bad', url: 'https://x' };
    expect(check(good, { advisories: [advisory] })).toEqual(['thing 1.2.3: high, bad (1, https://x)']);
    expect(check(good, { advisories: [{ ...advisory, range: '<1.2.0' }] })).toEqual([]);
    expect(check(good, { advisories: [advisory], accepted: { '1': 'never called' } })).toEqual([]);
  });
});
