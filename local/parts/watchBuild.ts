import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What `tsc --watch` says at the end of each build (diagnostics 6193 and 6194 of TypeScript). */
const built = /Found (\d+) errors?\. Watching for file changes/;

/**
 * Builds a TypeScript project at each change of its sources: the compiler's own watch mode, incremental.
 * @param onBuilt called after each build with the number of errors, also after the first
 * @returns how to end it
 */
export function watchBuild(root: string, project: string, onBuilt: (errors: number) => void): () => void {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiler: ChildProcess = spawn(
    process.execPath,
    [tsc, '-b', project, '--watch', '--preserveWatchOutput', '--pretty', 'false'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (compiler.stdout)
    createInterface(compiler.stdout).on('line', (line) => {
      const [, errors] = built.exec(line) ?? [];
      if (errors !== undefined) onBuilt(Number(errors));
      else if (/ error TS\d+:/.test(line)) console.error(line);
    });
  return () => compiler.kill();
}
