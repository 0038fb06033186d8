import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, TestApp } from '../support/app';

/** The clients of the docs, as they stand there. */
const page = readFileSync(join(__dirname, '../../docs/clients.md'), 'utf8');
const clients = [
  { language: 'js', file: 'client.mjs', command: process.execPath, is: ['--version'] },
  { language: 'python', file: 'client.py', command: 'python3', is: ['--version'] },
  { language: 'powershell', file: 'client.ps1', command: 'pwsh', is: ['-Version'] },
];
const here = clients.filter(({ command, is }) => spawnSync(command, is).status === 0);
const codeOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? 'no such block';

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  await app.putBlob('uploads', 'hello.txt', Buffer.from('Hello.'));
  folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-clients-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run({ language, file, command }: (typeof clients)[number], item: string) {
  const path = join(folder, file);
  writeFileSync(path, codeOf(language));
  const env = { ...process.env, BLOB_TO_OUTLOOK_URL: app.apiUrl, BLOB_TO_OUTLOOK_KEY: '', ITEM: item };
  const child = spawn(command, [path], { env });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complained += data.toString()));
  return new Promise<{ code: number | null; said: string; complained: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, said: said.trim(), complained })),
  );
}

it.each(here)('the client in $language attaches a file once, and tells why one was not attached', async (client) => {
  const item = await app.outlook.createItem();
  const first = await run(client, item);
  expect(first).toEqual({ code: 0, said: expect.any(String), complained: '' });
  expect(await run(client, item)).toEqual(first); // the same key: the same upload
  expect((await app.attachmentsOf(item)).map(({ immutableId }) => immutableId)).toEqual([first.said]);
  const refused = await run(client, 'users/megan@contoso.com/nothing/1');
  expect([refused.code === 0, refused.said]).toEqual([false, '']);
});
