import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { document } from './contract';

const root = join(__dirname, '../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-client-'));
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, ...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
};
/** Compiles these files, all at once: most of the time is the compiler's start. @returns "file code" of each error */
const errorsIn = (texts: Record<string, string>): string[] => {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--pretty', 'false'];
  const { output } = run('node_modules/typescript/bin/tsc', ...options, ...Object.keys(texts));
  return [...output.matchAll(/^(?:(\S+)\(\S+\): )?error (TS\d+)/gm)].map(([, file, code]) => `${file ?? ''} ${code}`);
};

const client = `
import type { components, operations, paths } from './api';
type Upload = components['schemas']['Upload'];
declare function fetch(url: string, init: object): Promise<{ status: number; json(): Promise<unknown> }>;

async function attach(body: components['schemas']['NewUpload']): Promise<Upload> {
  const path: keyof paths = '/api/uploads';
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as operations['createUpload']['responses'][202]['content']['application/json'];
}

export async function main(): Promise<string | null | undefined> {
  const upload = await attach({ blob: 'uploads/q3.pdf', item: 'me/messages/A=' });
  if (upload.status === 'failed') throw new Error(upload.error?.code === 'OutcomeUnknown' ? 'look' : upload.error?.detail);
  return upload.attachment?.id;
}
`;

it('types a client', () => {
  const made = run('node_modules/openapi-typescript/bin/cli.js', 'openapi.json', '-o', 'api.d.ts');
  expect([made.status, made.output]).toEqual([0, expect.any(String)]);
  const errors = errorsIn({
    'right.ts': client,
    'wrongStatus.ts': client.replace("'failed'", "'finished'"),
    'wrongRequest.ts': client.replace('item:', 'items:'),
  });
  expect(errors.sort()).toEqual(['wrongRequest.ts TS2561', 'wrongStatus.ts TS2367']);
}, 180_000);
