import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { distFile } from '../../../local/parts/paths';

/** The built command line as a process, and what it has said. */
export interface Command {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** exit code, or the signal that ended it */
  readonly ended: Promise<number | string>;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly shell?: string;
}

export const mainFile = distFile('cli', 'main.js');
const running = new Set<ChildProcess>();
const folders: string[] = [];
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A folder that is removed after the spec. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-cli-'));
  folders.push(folder);
  return folder;
}

export function fileOf(name: string, bytes: string | Buffer): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** Starts `blob-to-outlook …args`. Nothing of this machine's own configuration reaches it. */
export function start(args: readonly string[], options: CommandOptions = {}): Command {
  return startProcess(process.execPath, [mainFile, ...args], options);
}

export function startProcess(file: string, args: readonly string[], { env, cwd, input }: CommandOptions): Command {
  const child = spawn(file, args, {
    cwd: cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'], HOME: tmpdir(), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  child.stdin?.on('error', () => undefined); // it may leave before it has read everything
  if (input !== undefined) child.stdin?.end(input);
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string;
  });
  return { child, stdout: () => out, stderr: () => err, ended };
}

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end. */
export async function runToEnd(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return endOf(start(args, options));
}

export async function endOf(command: Command): Promise<Ended> {
  const code = await command.ended;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

/** Waits for a condition; the time limit of the test ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

/** Waits until it has said that on stderr. */
export async function untilSaid(command: Command, pattern: RegExp): Promise<void> {
  await until(() => {
    if (pattern.test(command.stderr())) return true;
    if (command.child.exitCode !== null)
      throw new Error(`It ended before it said ${pattern.source}: ${command.stderr()}`);
    return false;
  });
}
