// The Azure CLI, for the hooks of azure.yaml. Bodies go through a file that only this user can read: arguments can be seen
// by everybody on the machine.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class AzFailed extends Error {
  constructor(args, stderr) {
    super(`az ${args.slice(0, 3).join(' ')} failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
    this.stderr = stderr;
  }
}

/** Runs `az` and gives what it prints, as JSON where it is JSON. @throws AzFailed */
export function az(...args) {
  const [command, shown, options] =
    process.platform === 'win32'
      ? ['az.cmd', args.map((each) => `"${each.replaceAll('"', '\\"')}"`), { shell: true }] // batch files need a shell
      : ['az', args, {}];
  const { status, stdout, stderr, error } = spawnSync(command, shown, { encoding: 'utf8', ...options });
  if (error?.code === 'ENOENT') throw new Error('The Azure CLI (az) is missing: https://aka.ms/azure-cli');
  if (error) throw error;
  if (status !== 0) throw new AzFailed(args, stderr);
  try {
    return JSON.parse(stdout);
  } catch {
    return stdout.trim();
  }
}

/** A call of Azure Resource Manager, by the path of the resource. */
export function arm(method, path, body) {
  const args = ['rest', '--method', method, '--uri', path];
  if (body === undefined) return az(...args);
  const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-'));
  try {
    const file = join(folder, 'body.json');
    writeFileSync(file, JSON.stringify(body), { mode: 0o600 });
    return az(...args, '--headers', 'Content-Type=application/json', '--body', `@${file}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Values of the azd environment, which azd gives to hooks. Ends the hook with the names of those that are missing. */
export function environment(...names) {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    console.error(`Missing in the environment: ${missing.join(', ')}. Run this by azd: azd hooks run <name>`);
    process.exit(1);
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** Runs a hook; what it throws is told in one line, and azd stops. */
export async function hook(work) {
  try {
    await work();
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    process.exit(1);
  }
}

const pollMs = 1000 * Number(process.env['HOOK_POLL_SECONDS'] ?? 5);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks again until the answer is something. @returns undefined where it was nothing to the end.
 * @throws what the last asking threw
 */
export async function until(seconds, ask) {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const last = Date.now() >= end;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (cause) {
      if (last) throw cause;
    }
    if (last) return undefined;
    await sleep(pollMs);
  }
}
