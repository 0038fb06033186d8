import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../src/settings';
import { Answers, Call, HookRun, runHook } from './fakeAz';

jest.setTimeout(400_000);
const onPosix = process.platform === 'win32' ? describe.skip : describe;

const provisioned = {
  AZURE_SUBSCRIPTION_ID: 'sub',
  AZURE_RESOURCE_GROUP: 'rg',
  FUNCTION_APP_NAME: 'func-x',
  FUNCTION_APP_URL: 'https://func-x.azurewebsites.net',
  SOURCE_STORAGE_ACCOUNT: 'stsourcex',
  EVENT_GRID_TOPIC: 'evgt-x',
  KEY_VAULT_NAME: 'kv-x',
  KEY_VAULT_SECRETS: 'upload-url-key,webhook-secrets',
};
const order = ({ calls }: HookRun, ...words: string[]): string[] =>
  calls.flatMap(({ args }) => words.filter((word) => args.join(' ').includes(word)));

onPosix('before provisioning', () => {
  const signedIn: Answers[] = [{ call: 'account show', answers: [{ out: 'sub' }] }];

  it('lets a deployment go on that has all it needs', async () => {
    const { code, output } = await runHook('preprovision', { ALLOWED_MAILBOXES: '*@contoso.com' }, signedIn);
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });

  it('stops by name without the mailboxes, with values that are none, and without a sign-in', async () => {
    const env = { SEND_ENABLED: 'yes', DURABLE_BACKEND: 'netherite' };
    const out = await runHook('preprovision', env, [{ call: 'account', answers: [{ fail: 'Please run az login' }] }]);
    expect(out.code).toBe(1);
    expect(out.output).toMatch(/^ALLOWED_MAILBOXES is missing/m);
    expect(out.output).toMatch(/^SEND_ENABLED is yes, but must be true or false\.$/m);
    expect(out.output).toMatch(/^DURABLE_BACKEND is netherite, but must be azureStorage or durableTaskScheduler\.$/m);
    expect(out.output).toMatch(/az login/);
    expect(out.output).toMatch(/^Nothing was deployed\.$/m);
  });
});

onPosix('after provisioning', () => {
  const secretsOf = (calls: Call[]): Record<string, string> =>
    Object.fromEntries<string>(
      calls
        .filter(({ args }) => args.includes('put'))
        .map(({ args, body }) => [
          /secrets\/([a-z-]+)\?/.exec(args.join(' '))?.[1] ?? '',
          (body?.['properties'] as { value: string }).value,
        ]),
    );

  it('makes the secrets that are missing, as the app takes them, and has the app read them', async () => {
    const out = await runHook('postprovision', provisioned, [
      { call: '--method get', answers: [{ out: { value: [] } }] },
      { call: '--method put', answers: [{ out: {} }] },
      { call: 'configreferences/appsettings/refresh', answers: [{ out: '' }] },
    ]);
    expect(out.code).toBe(0);
    const secrets = secretsOf(out.calls);
    expect(Object.keys(secrets)).toEqual(['upload-url-key', 'webhook-secrets']);
    const { problems } = readSettings({
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      ALLOWED_MAILBOXES: '*',
      UPLOAD_URL_KEY: secrets['upload-url-key'],
      WEBHOOK_SECRETS: secrets['webhook-secrets'],
    });
    expect(problems).toEqual([]);
    // neither in what is printed nor in an argument
    const seen = out.output + JSON.stringify(out.calls.map(({ args }) => args));
    for (const value of Object.values(secrets)) expect(seen).not.toContain(value);
    expect(order(out, 'refresh')).toEqual(['refresh']);
  });

  it('leaves secrets alone that are there', async () => {
    const value = [{ name: 'upload-url-key' }, { name: 'webhook-secrets' }];
    const out = await runHook('postprovision', provisioned, [{ call: '--method get', answers: [{ out: { value } }] }]);
    expect(out.code).toBe(0);
    expect(out.calls).toHaveLength(1);
  });

  it('names what azd should have given it', async () => {
    const { code, output } = await runHook('postprovision', { AZURE_SUBSCRIPTION_ID: 'sub' }, []);
    expect(code).toBe(1);
    expect(output).toMatch(/AZURE_RESOURCE_GROUP, KEY_VAULT_NAME, KEY_VAULT_SECRETS, FUNCTION_APP_NAME/);
  });
});

onPosix('after a deployment', () => {
  const quick = {
    ...provisioned,
    PROOF_RESTART_SECONDS: '0',
    PROOF_RIGHTS_SECONDS: '1',
    PROOF_RECEIPT_SECONDS: '0.5',
  };
  const functions = ['onOutboxBlob', 'listOutbox', 'createUpload'].map((name) => ({ name: `func-x/${name}` }));
  const works: Answers[] = [
    { call: '/functions?', answers: [{ out: { value: [] } }, { out: { value: functions } }] },
    { call: 'listkeys', answers: [{ out: { systemKeys: {} } }, { out: { systemKeys: { blobs_extension: 'k/+=' } } }] },
    { call: '--method put', answers: [{ out: {} }] },
    {
      call: 'eventSubscriptions/outbox',
      answers: ['Creating', 'Succeeded'].map((state) => ({ out: { properties: { provisioningState: state } } })),
    },
    { call: 'appsettings set', answers: [{ out: '' }] },
    { call: 'blob upload', answers: [{ fail: 'AuthorizationPermissionMismatch' }, { out: '' }] },
    { call: 'blob exists', answers: [{ out: 'false' }, { out: 'true' }] },
    { call: 'blob delete', answers: [{ out: '' }] },
    { call: 'appsettings delete', answers: [{ out: '' }] },
  ];
  const but = (...others: Answers[]): Answers[] => [...others, ...works];
  const steps = ['--method put', 'appsettings set', 'blob upload', 'blob exists', 'blob delete', 'appsettings delete'];

  it('subscribes the app to the outbox alone, and proves one event without the listing', async () => {
    const out = await runHook('postdeploy', quick, works);
    expect(out.output).toMatch(/^Proven: an event of the outbox reaches the app\.$/m);
    expect(out.code).toBe(0);
    expect([...new Set(order(out, ...steps))]).toEqual(steps);
    const put = out.calls.find(({ args }) => args.includes('put'));
    expect(put?.body).toMatchObject({
      properties: {
        destination: {
          properties: {
            endpointUrl:
              'https://func-x.azurewebsites.net/runtime/webhooks/blobs?functionName=Host.Functions.onOutboxBlob&code=k%2F%2B%3D',
          },
        },
        filter: {
          includedEventTypes: ['Microsoft.Storage.BlobCreated'],
          subjectBeginsWith: '/blobServices/default/containers/outbox/blobs/',
        },
      },
    });
    // the key is no argument, and is not printed
    expect(out.output + JSON.stringify(out.calls.map(({ args }) => args))).not.toMatch(/k(\/\+=|%2F%2B%3D)/);
    const probe = out.calls.find(({ args }) => args.includes('upload'))?.args ?? [];
    expect(probe.join(' ')).toMatch(/--container-name outbox --name deployment-probe\/\d+\.txt/);
    expect(order(out, 'AzureWebJobs.listOutbox.Disabled=true')).toHaveLength(1);
  });

  it('fails where the probe gets no receipt, removes it, and switches the listing on again', async () => {
    const out = await runHook('postdeploy', quick, but({ call: 'blob exists', answers: [{ out: 'false' }] }));
    expect(out.code).toBe(1);
    expect(out.output).toMatch(/got no receipt: no event reaches the app/);
    expect(order(out, 'blob delete', 'appsettings delete')).toEqual(['blob delete', 'appsettings delete']);
  });

  it('switches the listing on again where the probe cannot be written', async () => {
    const env = { ...quick, PROOF_RIGHTS_SECONDS: '0' };
    const out = await runHook('postdeploy', env, but({ call: 'blob upload', answers: [{ fail: 'no right' }] }));
    expect(out.code).toBe(1);
    expect(out.output).toMatch(/no right/);
    expect(order(out, 'blob exists', 'appsettings delete')).toEqual(['appsettings delete']);
  });

  it('fails where Event Grid refuses the subscription', async () => {
    const failed = { out: { properties: { provisioningState: 'Failed' } } };
    const out = await runHook('postdeploy', quick, [
      ...works.filter(({ call }) => call === '/functions?' || call === 'listkeys' || call === '--method put'),
      { call: 'eventSubscriptions/outbox', answers: [failed] },
    ]);
    expect(out.code).toBe(1);
    expect(out.output).toMatch(/subscription "outbox" is Failed/);
  });

  it('says that it proved nothing where only the virtual network reaches the storage', async () => {
    const out = await runHook('postdeploy', { ...quick, SOURCE_STORAGE_PRIVATE: 'true' }, works);
    expect(out.code).toBe(0);
    expect(out.output).toMatch(/^Not proven: /m);
    expect(order(out, 'blob upload', 'appsettings set')).toEqual([]);
  });
});

describe('azure.yaml', () => {
  it('runs each hook with sh and with pwsh, and deploys what npm run package makes', () => {
    const text = readFileSync(join(__dirname, '..', '..', 'azure.yaml'), 'utf8');
    for (const name of ['preprovision', 'postprovision', 'postdeploy']) {
      for (const shell of ['posix: { shell: sh', 'windows: { shell: pwsh']) {
        expect(text).toContain(`${shell}, run: node scripts/azure/${name}.mjs }`);
      }
    }
    expect(text).toMatch(/dist: dist\/package\n\s+remoteBuild: false/);
  });
});

onPosix('signIn.mjs', () => {
  const env = { ...provisioned, AZURE_TENANT_ID: 'tenant', APP_PRINCIPAL_ID: 'identity' };
  const plan: Answers[] = [
    { call: 'ad app create', answers: [{ out: { appId: 'client' } }] },
    { call: 'ad sp create', answers: [{ out: {} }] },
    { call: 'federated-credential list', answers: [{ out: [] }] },
    { call: 'cloud show', answers: [{ out: 'https://login.microsoftonline.com' }] },
    { call: 'federated-credential create', answers: [{ out: {} }] },
  ];

  it('registers the app with its roles, without a secret', async () => {
    const out = await runHook('signIn', env, plan);
    expect(out.code).toBe(0);
    const created = out.calls.find(({ args }) => args.join(' ').startsWith('ad app create'));
    expect(created?.args).toContain('https://func-x.azurewebsites.net/.auth/login/aad/callback');
    expect(created?.body).toMatchObject([{ value: 'Uploads.All' }, { value: 'Uploads.Operate' }]);
    const trusted = out.calls.find(({ args }) => args.includes('federated-credential') && args.includes('create'));
    expect(trusted?.body).toEqual({
      name: 'managed-identity',
      issuer: 'https://login.microsoftonline.com/tenant/v2.0',
      subject: 'identity',
      audiences: ['api://AzureADTokenExchange'],
    });
    expect(order(out, 'credential reset')).toEqual([]);
  });

  it('registers nothing twice', async () => {
    const trusted = { call: 'federated-credential list', answers: [{ out: [{ subject: 'identity' }] }] };
    const out = await runHook('signIn', { ...env, AUTH_CLIENT_ID: 'client' }, [trusted]);
    expect(out.code).toBe(0);
    expect(out.calls).toHaveLength(1);
  });
});
