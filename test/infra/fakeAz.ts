import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Answers to the calls whose arguments contain `call`: one after another, the last again and again. */
export interface Answers {
  readonly call: string;
  readonly answers: readonly ({ readonly out: unknown } | { readonly fail: string })[];
}
export interface Call {
  readonly args: string[];
  /** what `--body @file` held */
  readonly body?: Record<string, unknown>;
}
export interface HookRun {
  readonly code: number | null;
  readonly output: string;
  readonly calls: Call[];
}

export const scripts = join(__dirname, '..', '..', 'scripts');

const script = (folder: string): string => `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const file = args.find((each) => each.startsWith('@'))?.slice(1);
if (file && (statSync(file).mode & 0o077) !== 0) { console.error('others can read ' + file); process.exit(1); }
const body = file && JSON.parse(readFileSync(file, 'utf8'));
appendFileSync(${JSON.stringify(join(folder, 'calls'))}, JSON.stringify({ args, body }) + '\\n');
const plan = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'plan'))}, 'utf8'));
const rule = plan.find(({ call }) => args.join(' ').includes(call));
if (!rule) { console.error('unexpected: az ' + args.join(' ')); process.exit(1); }
const answer = rule.answers.length > 1 ? rule.answers.shift() : rule.answers[0];
writeFileSync(${JSON.stringify(join(folder, 'plan'))}, JSON.stringify(plan));
if ('fail' in answer) { console.error(answer.fail); process.exit(1); }
process.stdout.write(typeof answer.out === 'string' ? answer.out : JSON.stringify(answer.out));
`;

/** Runs a hook of azure.yaml with an Azure CLI that answers as planned. */
export const runHook = (name: string, env: Record<string, string>, plan: readonly Answers[]): Promise<HookRun> =>
  runWithAz([process.execPath, join(scripts, 'azure', `${name}.mjs`)], env, plan);

/** Runs a command with an Azure CLI that answers as planned before all others on the PATH. */
export async function runWithAz(
  [command = '', ...args]: readonly string[],
  env: Record<string, string>,
  plan: readonly Answers[],
): Promise<HookRun> {
  const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-az-'));
  try {
    writeFileSync(join(folder, 'plan'), JSON.stringify(plan));
    writeFileSync(join(folder, 'az'), script(folder));
    chmodSync(join(folder, 'az'), 0o755);
    const child = spawn(command, args, {
      env: { PATH: [folder, process.env['PATH']].join(delimiter), HOOK_POLL_SECONDS: '0.01', ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += String(piece)));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const calls = existsSync(join(folder, 'calls'))
      ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
      : [];
    return { code, output, calls: calls.map((line) => JSON.parse(line) as Call) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
