import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { distFile } from './paths';

/** How a part is started. */
export interface PartOptions {
  /** for people: "Azurite" */
  name: string;
  /** absolute path of its main file */
  script: string;
  args?: string[];
  /** further flags of its Node */
  nodeFlags?: string[];
  /** added to this process's own environment; undefined takes a variable away */
  env?: NodeJS.ProcessEnv;
  /** the line on its stdout that says it serves */
  readyLine: RegExp;
  /** where its stderr goes: a file to append to, or this process's own (default) */
  logFile?: string;
  readyWithinMs?: number;
  /** set: the part waits with what needs others until this has settled (`START=onGo`) */
  goAhead?: Promise<unknown>;
}

/** A running child process on a leash: it ends with this process, also when this one is killed. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** the ready line as it matched */
  readonly ready: RegExpExecArray;
  /** settles when the process is gone, with how and its last words */
  readonly ended: Promise<string>;
  /** Asks it to end as SIGTERM does, and kills it when it does not. Done when it is gone. */
  stop(): Promise<void>;
  /** kill -9 of it and of what it forked. Done when it is gone. */
  kill9(): Promise<void>;
}

const stopWithinMs = 7_000;

/** Starts a part and waits for its ready line. @throws Error with the part's last words when it ends or stays silent */
export async function startPart(options: PartOptions): Promise<Part> {
  const child = fork(options.script, options.args ?? [], {
    env: { ...process.env, START: options.goAhead ? 'onGo' : undefined, ...options.env },
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--require',
      distFile('local', 'parts', 'leash.js'),
      ...(options.nodeFlags ?? []),
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // its own process group: Ctrl-C reaches this process alone, which then stops the parts in order
    detached: process.platform !== 'win32',
  });
  const go = (): void => {
    if (child.connected) child.send('go', () => undefined); // it may end just then
  };
  options.goAhead?.then(go, go);
  const lastWords = collectLog(child, options.logFile);
  const ended = howItEnds(child).then((how) => how + lastWords());
  try {
    const ready = await readyLine(child, ended, options);
    return { name: options.name, pid: child.pid ?? 0, ready, ended, ...endings(child, ended) };
  } catch (error) {
    killGroup(child);
    throw error;
  }
}

/** Not the event 'close': it never comes once this side has disconnected, nor while a grandchild holds stderr. */
async function howItEnds(child: ChildProcess): Promise<string> {
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
  });
  const stderrClosed = child.stderr ? finished(child.stderr).catch(() => undefined) : undefined;
  await Promise.race([stderrClosed, delay(300)]);
  return how;
}

function endings(child: ChildProcess, ended: Promise<string>): Pick<Part, 'stop' | 'kill9'> {
  const kill9 = async (): Promise<void> => {
    killGroup(child);
    await ended;
  };
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect(); // leash.ts turns this into a SIGTERM
    const timer = setTimeout(() => killGroup(child), stopWithinMs);
    await ended;
    clearTimeout(timer);
  };
  return { stop, kill9 };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: the group is gone already
  }
}

function readyLine(child: ChildProcess, ended: Promise<string>, options: PartOptions): Promise<RegExpExecArray> {
  const withinMs = options.readyWithinMs ?? 120_000;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${options.name} was not ready within ${withinMs} ms`)), withinMs);
    let text = '';
    const onData = (data: Buffer): void => {
      text += data.toString();
      const match = options.readyLine.exec(text);
      if (!match) return;
      child.stdout?.off('data', onData).resume(); // nobody reads it from here on, yet it must not fill up
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on('data', onData);
    void ended.then((how) => {
      clearTimeout(timer);
      reject(new Error(`${options.name} ended before it was ready: ${how}`));
    });
  });
}

function collectLog(child: ChildProcess, logFile: string | undefined): () => string {
  const sink: Writable = logFile === undefined ? process.stderr : createWriteStream(logFile, { flags: 'a' });
  let tail = '';
  child.stderr?.on('data', (data: Buffer) => {
    tail = (tail + data.toString()).slice(-2_000);
    sink.write(data);
  });
  child.stderr?.once('close', () => {
    if (logFile !== undefined) sink.end();
  });
  return () => (tail.trim() === '' ? '' : `\n${tail.trimEnd()}`);
}
