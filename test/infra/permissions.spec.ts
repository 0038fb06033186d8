import { spawn, spawnSync } from 'node:child_process';
import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Answers, runWithAz, scripts } from './fakeAz';

jest.setTimeout(400_000);
const found = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** A token as Graph gives it: only its claims are looked at. */
const token = (claims: Record<string, unknown>): string =>
  ['{}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('checkMailboxScope.mjs', () => {
  let server: Server;
  let statuses: Record<string, number> = {};
  const seen: IncomingMessage[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request);
      const mailbox = /users\/([^/]+)\//.exec(decodeURIComponent(request.url ?? ''))?.[1] ?? '';
      const status = statuses[mailbox] ?? 404;
      response.writeHead(status, { 'content-type': 'application/json', 'request-id': `for-${mailbox}` });
      response.end(JSON.stringify(status === 200 ? { value: [] } : { error: { code: `Error${status}` } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const check = async (answers: Record<string, number>, claims: Record<string, unknown> = { roles: [] }) => {
    statuses = answers;
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const child = spawn(
      process.execPath,
      [join(scripts, 'permissions', 'checkMailboxScope.mjs'), '--allowed', 'in@x', '--forbidden', 'out@x'],
      { env: { PATH: process.env['PATH'], GRAPH_ENDPOINT: root, GRAPH_TOKEN: token(claims) } },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += String(piece)));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(output).not.toContain(token(claims));
    return { code, output };
  };

  it('is content where the allowed mailbox answers and the forbidden one is refused with 403', async () => {
    const { code, output } = await check({ 'in@x': 200, 'out@x': 403 });
    expect(output).toBe('in@x answers; out@x is refused with 403. The scope works.\n');
    expect(code).toBe(0);
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('fails where the forbidden mailbox answers', async () => {
    const { code, output } = await check({ 'in@x': 200, 'out@x': 200 });
    expect(code).toBe(1);
    expect(output).toMatch(/out@x answered 200 .*must answer 403: the app is let in further than meant/);
  });

  it('does not take a mailbox that does not exist for a closed one', async () => {
    const { code, output } = await check({ 'in@x': 200 });
    expect(code).toBe(1);
    expect(output).toMatch(/out@x answered 404 Error404 \(request-id for-out@x\), but must answer 403/);
  });

  it('says how long to wait where the allowed mailbox is refused', async () => {
    const { code, output } = await check({ 'in@x': 403, 'out@x': 403 });
    expect(code).toBe(1);
    expect(output).toMatch(/in@x answered 403 .*up to 2 hours/);
  });

  it('explains a tenant-wide consent, and refuses a token of a person', async () => {
    const wide = await check({ 'in@x': 200, 'out@x': 200 }, { roles: ['Mail.ReadWrite'] });
    expect(wide.output).toMatch(/Microsoft Entra grants Mail\.ReadWrite for the whole tenant/);
    const person = await check({ 'in@x': 200, 'out@x': 403 }, { scp: 'Mail.ReadWrite' });
    expect(person).toMatchObject({ code: 1, output: expect.stringMatching(/The token is a person's/) as string });
  });
});

(found('sh', '-c', 'exit 0') ? describe : describe.skip)('graphAppRole.sh', () => {
  const run = (args: string[], ...plan: Answers[]) =>
    runWithAz(['sh', join(scripts, 'permissions', 'graphAppRole.sh'), ...args], {}, [
      { call: 'cloud show', answers: [{ out: 'https://graph.microsoft.com/' }] },
      ...plan,
      { call: "appRoles[?value=='Tasks.ReadWrite.All'", answers: [{ out: 'role-1' }] },
      { call: "appRoles[?value=='Nope'", answers: [{ out: '' }] },
      { call: 'select=id', answers: [{ out: 'graph-1' }] },
    ]);

  it('lists what Entra grants, and warns of what opens every mailbox', async () => {
    const { output, code } = await run(
      ['list', 'p-1'],
      { call: 'value[].appRoleId', answers: [{ out: 'r-1\nr-2' }] },
      { call: "id=='r-1'", answers: [{ out: 'Mail.ReadWrite' }] },
      { call: "id=='r-2'", answers: [{ out: 'Tasks.ReadWrite.All' }] },
    );
    expect(output).toBe(
      "Mail.ReadWrite: opens every mailbox of the tenant, whatever Exchange's scope says\nTasks.ReadWrite.All\n",
    );
    expect(code).toBe(0);
  });

  it('grants a role once', async () => {
    const none = { call: "value[?appRoleId=='role-1']", answers: [{ out: '' }] };
    const { output, calls } = await run(['grant', 'p-1', 'Tasks.ReadWrite.All'], none, {
      call: '--method post',
      answers: [{ out: '' }],
    });
    expect(output).toMatch(/^Granted Tasks\.ReadWrite\.All\./);
    expect(calls.at(-1)?.args).toContain('{"principalId":"p-1","resourceId":"graph-1","appRoleId":"role-1"}');
    const there = { call: "value[?appRoleId=='role-1']", answers: [{ out: 'a-1' }] };
    expect((await run(['grant', 'p-1', 'Tasks.ReadWrite.All'], there)).output).toBe('Nothing to do.\n');
  });

  it('revokes a role, and knows no other', async () => {
    const there = { call: "value[?appRoleId=='role-1']", answers: [{ out: 'a-1' }] };
    const gone = { call: '--method delete', answers: [{ out: '' }] };
    const { output, calls } = await run(['revoke', 'p-1', 'Tasks.ReadWrite.All'], there, gone);
    expect(output).toBe('Revoked Tasks.ReadWrite.All.\n');
    expect(calls.at(-1)?.args.join(' ')).toContain('/servicePrincipals/p-1/appRoleAssignments/a-1');
    expect(await run(['grant', 'p-1', 'Nope'])).toMatchObject({ code: 1 });
  });
});

// GitHub's runners have pwsh; where it is missing, this is skipped
(found('pwsh', '-NoProfile', '-Command', 'exit 0') ? describe : describe.skip)('exchangeScope.ps1', () => {
  it('makes scope and roles once, tests both mailboxes, and changes nothing when only looking', () => {
    const { stdout } = spawnSync(
      'pwsh',
      [
        '-NoProfile',
        '-File',
        join(__dirname, 'exchangeScope.test.ps1'),
        join(scripts, 'permissions', 'exchangeScope.ps1'),
      ],
      { encoding: 'utf8' },
    );
    const steps = Object.fromEntries(
      stdout
        .split('== ')
        .slice(1)
        .map((step) => step.trim().split(/\r?\n/))
        .map(([name = '', ...lines]) => [name, lines.filter((line) => !line.startsWith('What if'))]),
    );
    const both = ['in@x is open to the app, as it should be.', 'out@x is closed to the app, as it should be.'];
    const roles = ['Mail.ReadWrite', 'Calendars.ReadWrite', 'Mail.Send'].map((each) => `Application ${each}`);
    expect(steps).toEqual({
      'only looking': [],
      first: [
        'app 00000000-0000-0000-0000-00000000000b',
        "scope CustomAttribute15 -eq 'B'",
        ...roles.map((role) => `role ${role} in BlobToOutlook`),
        ...both,
      ],
      again: both,
      'a group': ["changed MemberOfGroup -eq 'CN=O''Brien,DC=x'"],
      open: [`thrown: in@x should be closed to the app, but is open for: ${roles.join(', ')}.`],
      closed: [
        `thrown: out@x should be open to the app, but is outside the scope for: Application Mail.ReadWrite, Application Mail.Send.`,
      ],
    });
  });
});
