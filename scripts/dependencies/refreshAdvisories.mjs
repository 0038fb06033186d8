// npm run audit:refresh: asks the npm registry which advisories there are for what is locked, and keeps them in
// advisories.json, so that every check knows them without a network. A weekly workflow runs it.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const { stdout } = spawnSync(npm, ['audit', '--json'], { encoding: 'utf8', shell: process.platform === 'win32' });
const report = JSON.parse(stdout || '{}');
if (!report.vulnerabilities) {
  console.error(`The registry gave no audit: ${report.message ?? 'no answer'}`);
  process.exit(1);
}
const found = Object.values(report.vulnerabilities).flatMap(({ via }) =>
  via.filter((each) => typeof each === 'object'),
);
const advisories = found
  .map(({ source, name, title, url, severity, range }) => ({ id: String(source), name, title, url, severity, range }))
  .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
  .filter((each, i, all) => each.id !== all[i - 1]?.id || each.name !== all[i - 1]?.name);
const file = join(import.meta.dirname, 'advisories.json');
writeFileSync(file, `${JSON.stringify({ asOf: new Date().toISOString().slice(0, 10), advisories }, null, 2)}\n`);
console.log(`${advisories.length} advisories.`);
