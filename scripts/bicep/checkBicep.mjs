// node scripts/bicep/checkBicep.mjs [--write]: the Bicep files are formatted and without a warning, infra/main.json and the
// snapshots are what they compile to, and a deployment without a required parameter stops by its name. --write brings
// format, main.json and snapshots up to date instead.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startBicep } from './bicepProcess.mjs';
import { findBicep } from './findBicep.mjs';

const infra = join(import.meta.dirname, '..', '..', 'infra');
const snapshots = ['smallest', 'everything'];
// no real subscription: the names in the snapshots are made from these
const metadata = {
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  tenantId: '00000000-0000-0000-0000-000000000001',
  location: 'westeurope',
};

/** true, false (said why on stderr), or `skipped: …`. */
export async function checkBicep({ write = false } = {}) {
  const { path, missing, wrong } = findBicep();
  if (missing) return `skipped: ${missing}`;
  const problems = wrong ? [wrong] : await problemsOf(path, write);
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

async function problemsOf(path, write) {
  // main.bicepparam reads the environment of the process: everything that it requires but one
  const { ALLOWED_MAILBOXES: _, ...environment } = process.env;
  const bicep = startBicep(path, { ...environment, AZURE_ENV_NAME: 'check', AZURE_LOCATION: 'westeurope' });
  try {
    const formatted = await formattedFiles(bicep);
    const compiled = await bicep.ask('compile', { path: join(infra, 'main.bicep') });
    const warnings = compiled.diagnostics.map(sentence);
    if (!compiled.success) return warnings;
    const made = new Map([...formatted, ...(await outputs(bicep, compiled.contents))]);
    return [...warnings, ...compare(made, write), ...(await missingParameter(bicep))];
  } catch (cause) {
    return [`Bicep: ${cause.message}`];
  } finally {
    bicep.end();
  }
}

async function formattedFiles(bicep) {
  const files = readdirSync(infra, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.bicep(param)?$/.test(name),
  );
  const texts = [];
  for (const name of files) {
    texts.push([name, (await bicep.ask('format', { path: join(infra, name) })).contents]);
  }
  return texts;
}

async function outputs(bicep, contents) {
  const texts = [['main.json', toText(withoutGenerator(JSON.parse(contents)))]];
  for (const name of snapshots) {
    const { snapshot } = await bicep.ask('getSnapshot', {
      path: join(infra, 'snapshots', `${name}.bicepparam`),
      metadata,
    });
    const { outputs: named, ...rest } = JSON.parse(snapshot);
    const sorted = Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));
    texts.push([join('snapshots', `${name}.snapshot.json`), toText({ ...rest, outputs: sorted })]);
  }
  return texts;
}

const toText = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Without what each version of the CLI writes about itself. */
function withoutGenerator(value) {
  if (Array.isArray(value)) return value.map(withoutGenerator);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== '_generator');
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutGenerator(inner)]));
}

function compare(made, write) {
  const stale = [...made].filter(([name, text]) => {
    const path = join(infra, name);
    return !existsSync(path) || readFileSync(path, 'utf8') !== text;
  });
  if (write) for (const [name, text] of stale) writeFileSync(join(infra, name), text);
  return write || stale.length === 0
    ? []
    : [`Not up to date: ${stale.map(([name]) => `infra/${name}`).join(', ')}. Run "npm run bicep" and commit.`];
}

/** The parameters stop by the name of the one that is missing, and nothing else is wrong with them. */
async function missingParameter(bicep) {
  const file = { path: join(infra, 'main.bicepparam'), parameterOverrides: {} };
  const { success, diagnostics } = await bicep.ask('compileParams', file);
  const others = diagnostics.filter(({ message }) => !message.includes('ALLOWED_MAILBOXES'));
  return [
    ...others.map(sentence),
    ...(success || others.length === diagnostics.length
      ? ['infra/main.bicepparam does not insist on ALLOWED_MAILBOXES.']
      : []),
  ];
}

const sentence = ({ source, range, level, code, message }) =>
  `${source}:${range.start.line + 1} ${level} ${code}: ${message}`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const result = await checkBicep({ write: process.argv.includes('--write') });
  console.log(result === true ? 'The Bicep files are right.' : `Bicep: ${result || 'FAILED'}`);
  process.exit(result === false ? 1 : 0);
}
