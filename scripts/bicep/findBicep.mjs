// The Bicep CLI: the one that BICEP names, else `bicep` on the PATH, else Microsoft's NuGet package of the version below,
// which `dotnet` (SDK 10 or later) downloads once into the user's cache folder.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const bicepVersion = '0.49.2';
// the CLI needs ICU libraries otherwise, which small images lack
export const bicepEnvironment = (env = process.env) => ({ ...env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' });

const runs = (command, args) => spawnSync(command, args, { env: bicepEnvironment(), stdio: 'ignore' }).status === 0;

/** `{ path }`, or `{ missing: why }` where there is none. */
export function findBicep(env = process.env) {
  if (env.BICEP) {
    return runs(env.BICEP, ['--version'])
      ? { path: env.BICEP }
      : { wrong: `BICEP is ${env.BICEP}, which does not run. Set it to the Bicep CLI, or unset it.` };
  }
  if (runs('bicep', ['--version'])) return { path: 'bicep' };
  return downloaded(env);
}

function cacheFolder(env) {
  if (process.platform === 'win32') return env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return env.XDG_CACHE_HOME ?? join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
}

function downloaded(env) {
  const system = { linux: 'linux', darwin: 'osx', win32: 'win' }[process.platform];
  const id = `azure.bicep.commandline.${system}-${process.arch}`;
  const folder = join(cacheFolder(env), 'blob-to-outlook', 'bicep');
  const path = join(folder, id, bicepVersion, 'tools', system === 'win' ? 'bicep.exe' : 'bicep');
  if (existsSync(path)) return { path };
  if (system === undefined || !runs('dotnet', ['package', 'download', '--help'])) {
    return { missing: 'no bicep on the PATH or in BICEP, and no dotnet (SDK 10) to download it' };
  }
  mkdirSync(join(folder, id), { recursive: true });
  const arriving = mkdtempSync(join(folder, 'arriving-')); // moved when it is whole: others may download too
  try {
    const args = ['package', 'download', `${id}@${bicepVersion}`, '--output', arriving];
    if (spawnSync('dotnet', args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) {
      return { missing: `dotnet could not download ${id} ${bicepVersion}` };
    }
    const there = join(folder, id, bicepVersion);
    if (!existsSync(there)) renameSync(join(arriving, id, bicepVersion), there);
  } finally {
    rmSync(arriving, { recursive: true, force: true });
  }
  chmodSync(path, 0o755);
  return { path };
}
