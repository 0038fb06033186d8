import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { blobService } from '../../local/parts/storage';
import { startLaptop } from '../../local/parts/laptop';
import { TestApp } from '../support/app';
import { ownStorage } from '../support/storage';
import { runToEnd, tempFolder } from './support/command';

interface Finding {
  check: string;
  status: 'ok' | 'failed' | 'warning' | 'skipped';
  detail: string;
  fix?: string;
}

let app: TestApp;
beforeAll(async () => {
  // the doctor needs what the app needs, not the app
  const laptop = await startLaptop({
    dataDir: tempFolder(),
    storage: await ownStorage(),
    withHost: false,
    quiet: true,
  });
  app = new TestApp(laptop);
});
afterAll(() => app.stop());
afterEach(async () => {
  await app.outlook.reset();
});

interface Seen {
  code: number | string;
  findings: Finding[];
  /** all that was printed */
  text: string;
}

/** With the settings that the app of this spec has, changed. */
async function doctor(changed: NodeJS.ProcessEnv = {}, args: string[] = [], cwd = tempFolder()): Promise<Seen> {
  const env = { ...app.laptop.environment, ...changed };
  const { code, stdout, stderr } = await runToEnd(['doctor', '--json', ...args], { env, cwd });
  const findings = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Finding]));
  return { code, findings, text: stdout + stderr };
}
const failed = ({ findings }: Seen): string[] =>
  findings.filter((each) => each.status === 'failed').map((each) => each.check);
const find = ({ findings }: Seen, check: string): Finding | undefined =>
  findings.find((each) => each.check.startsWith(check));

it('finds all right, and removes again what it made', async () => {
  const before = await app.outlook.items();
  await app.faults({ on: { op: 'listMessages' }, do: { answer: { status: 403, code: 'ErrorAccessDenied' } } });
  const seen = await doctor({}, ['--mailbox', 'megan@contoso.com', '--forbidden', 'ceo@contoso.com']);
  expect(seen.findings.map(({ check, status }) => `${status} ${check}`)).toEqual([
    'ok settings',
    'ok storage: blobs',
    'ok storage: queues',
    'ok storage: tables',
    'ok files: write, read, delete',
    'ok files: URLs for clients',
    'ok token for Microsoft Graph',
    'ok mailbox megan@contoso.com: draft',
    'ok mailbox megan@contoso.com: small file',
    'ok mailbox megan@contoso.com: upload session of 4 MB',
    'ok mailbox megan@contoso.com: clean-up',
    'ok forbidden mailbox ceo@contoso.com',
  ]);
  expect(seen.code).toBe(0);
  await app.expectFaultsConsumed();
  await app.expectNoViolations();
  expect(await app.outlook.items()).toEqual(before);
  for await (const { name } of blobService(app.storage).listContainers()) expect(name).not.toMatch(/^doctor/);
});

it('prints a line a check, with what to do, and exits with 1 where a forbidden mailbox is open', async () => {
  const args = ['doctor', '--forbidden', 'ceo@contoso.com'];
  const { code, stdout, stderr } = await runToEnd(args, { env: app.laptop.environment, cwd: tempFolder() });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {6}storage: tables: /m);
  expect(stdout).toMatch(/^FAILED {2}forbidden mailbox ceo@contoso\.com: It is open.*\n {10}Scope the identity/m);
  expect(stderr).toBe('11 ok, 1 failed, 0 warnings, 0 skipped.\n');
});

it('names every wrong setting, as the app does, and no value', async () => {
  const seen = await doctor({
    RANGE_SIZE: 'large',
    UPLOAD_URL_KEY: 'not-a-key',
    ALLOWED_MAILBOXES: 'megan@contoso.com',
  });
  expect(failed(seen)).toEqual(['setting UPLOAD_URL_KEY', 'setting RANGE_SIZE']);
  expect(seen.code).toBe(1);
  expect(seen.text).not.toContain('not-a-key');
  expect(find(seen, 'mailbox megan@contoso.com: draft')?.status).toBe('ok');
});

it('reads local.settings.json, and the environment before it', async () => {
  const folder = tempFolder();
  const values = { ...app.laptop.environment, RANGE_SIZE: 'large', SETTLE_SECONDS: 'long' };
  writeFileSync(join(folder, 'local.settings.json'), JSON.stringify({ IsEncrypted: false, Values: values }));
  const options = { env: { RANGE_SIZE: '3932160' }, cwd: folder };
  const { code, stdout } = await runToEnd(['doctor', '--json'], options);
  expect(stdout.split('\n').filter((line) => line.includes('"failed"'))).toEqual([
    expect.stringContaining('setting SETTLE_SECONDS'),
  ]);
  expect(code).toBe(1);
  writeFileSync(join(folder, 'local.settings.json'), '{ "Values": ');
  expect(failed(await doctor({}, [], folder))).toEqual(['local.settings.json']);
});

it('names the role that is missing', async () => {
  const refusing = createServer((request, response) => {
    request.resume();
    response.writeHead(403, {
      'x-ms-error-code': 'AuthorizationPermissionMismatch',
      'content-type': 'application/xml',
    });
    const code = '<Code>AuthorizationPermissionMismatch</Code><Message>This request is not authorized.</Message>';
    response.end(`<?xml version="1.0" encoding="utf-8"?><Error>${code}</Error>`);
  }).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const root = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/contoso`;
  const endpoints = ['Blob', 'Queue', 'Table'].map((service) => `${service}Endpoint=${root}`).join(';');
  const seen = await doctor({ AzureWebJobsStorage: `SharedAccessSignature=sv=2024&sig=secret;${endpoints}` });
  refusing.closeAllConnections();
  refusing.close();
  expect(failed(seen)).toEqual([
    'storage: blobs',
    'storage: queues',
    'storage: tables',
    'files: write, read, delete',
    'files: URLs for clients',
  ]);
  expect(find(seen, 'storage: blobs')?.detail).toBe('It answered 403 AuthorizationPermissionMismatch.');
  expect(find(seen, 'storage: blobs')?.fix).toContain('"Storage Blob Data Owner"');
  expect(find(seen, 'storage: queues')?.fix).toContain('"Storage Queue Data Contributor"');
  expect(find(seen, 'storage: tables')?.fix).toContain('"Storage Table Data Contributor"');
  expect(seen.text).not.toContain('secret');
});

describe('a token', () => {
  it('that Graph refuses', async () => {
    const answer = { status: 401, code: 'InvalidAuthenticationToken' };
    await app.faults({ on: { op: 'createMessage' }, do: { answer } });
    const seen = await doctor();
    expect(failed(seen)).toEqual(['mailbox megan@contoso.com: draft']);
    expect(find(seen, 'mailbox')).toMatchObject({
      detail: expect.stringContaining('401'),
      fix: expect.stringContaining('token'),
    });
    await app.expectFaultsConsumed();
  });

  it('that the identity service does not give', async () => {
    const identity = createServer((request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: 'invalid_request', error_description: 'AADSTS700016: no such application' }),
      );
    }).listen(0, '127.0.0.1');
    await once(identity, 'listening');
    const seen = await doctor({
      GRAPH_ENDPOINT: 'https://graph.microsoft.com',
      ALLOWED_MAILBOXES: 'megan@contoso.com',
      IDENTITY_ENDPOINT: `http://127.0.0.1:${(identity.address() as AddressInfo).port}`,
      IDENTITY_HEADER: 'secret',
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    });
    identity.closeAllConnections();
    identity.close();
    expect(failed(seen)).toEqual(['token for Microsoft Graph']);
    expect(find(seen, 'token')?.detail).toBe('The identity service gave none (AADSTS700016).');
    expect(find(seen, 'mailboxes')?.status).toBe('skipped');
  });
});

it('closes the session and deletes the draft where a range is refused', async () => {
  await app.faults({ on: { op: 'putLast' }, do: { answer: { status: 507, code: 'ErrorQuotaExceeded' } } });
  const seen = await doctor();
  expect(failed(seen)).toEqual(['mailbox megan@contoso.com: upload session of 4 MB']);
  expect(find(seen, 'mailbox megan@contoso.com: upload')?.fix).toContain('mailbox is full');
  expect(find(seen, 'mailbox megan@contoso.com: clean-up')?.status).toBe('ok');
  await app.expectFaultsConsumed();
  await app.expectNoViolations();
});

it('says where the app itself would refuse the mailbox', async () => {
  const seen = await doctor({ ALLOWED_MAILBOXES: '*@fabrikam.com' }, ['--mailbox', 'megan@contoso.com']);
  expect(failed(seen)).toEqual(['mailbox megan@contoso.com: allowed']);
});
