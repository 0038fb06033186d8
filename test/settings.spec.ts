import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outlooksBlockedExtensions } from '../src/core/upload/blockedNames';
import { readSettings } from '../src/settings';

const key = Buffer.alloc(32, 7).toString('base64');
const azure = {
  AzureWebJobsStorage__blobServiceUri: 'https://contoso.blob.core.windows.net/',
  AzureWebJobsStorage__queueServiceUri: 'https://contoso.queue.core.windows.net',
  AzureWebJobsStorage__tableServiceUri: 'https://contoso.table.core.windows.net',
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__clientId: 'c1',
  ALLOWED_MAILBOXES: '*@contoso.com, me ,groups/g1',
  UPLOAD_URL_KEY: `${key},${key}`,
};
const local = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  UPLOAD_URL_KEY: key,
  GRAPH_ENDPOINT: 'http://127.0.0.1:9000',
};
const problemsOf = (env: Record<string, string>): string[] => readSettings(env).problems.map(({ name }) => name);

describe('settings', () => {
  it('have the documented defaults', () => {
    const { settings, problems } = readSettings(azure);
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      storage: {
        blobEndpoint: 'https://contoso.blob.core.windows.net',
        tableEndpoint: 'https://contoso.table.core.windows.net',
        access: { kind: 'identity', managed: true, clientId: 'c1' },
      },
      source: settings.storage,
      graph: {
        root: 'https://graph.microsoft.com',
        version: 'v1.0',
        identity: 'application',
        loopback: false,
        uploadHosts: ['outlook.office.com', 'outlook.office365.com', '*.outlook.office.com', '*.outlook.office365.com'],
      },
      allowedMailboxes: ['*@contoso.com', 'me', 'groups/g1'],
      allowedContainers: ['uploads', 'outbox'],
      sendEnabled: false,
      uploadUrlKeys: `${key},${key}`,
      rangeSizeBytes: 3_932_160,
      rangesPerActivity: 1,
      smallAttachmentLimitBytes: 3_145_728,
      maxAttachmentBytes: 157_286_400,
      messageSizeLimitBytes: 36_700_160,
      mailboxConcurrency: 4,
      mailboxBytesPer5Min: 157_286_400,
      settleMs: 60_000,
      deadlineMs: 86_400_000,
      retentionMs: 30 * 86_400_000,
      hub: 'BlobToOutlook',
      intake: 'open',
      browseEnabled: false,
      myBlobs: 'own',
      blockedExtensions: outlooksBlockedExtensions,
      nylasApiKeys: [],
      outboxTriggerSource: 'LogsAndContainerScan',
      webhookSecrets: [],
      allowedCallbackHosts: [],
      origin: 'urn:blob-to-outlook',
      signInEnabled: false,
    });
  });

  it.each(['http://127.0.0.1:9000', 'http://localhost:9000/', 'http://[::1]:9000'])(
    'are made for development on %s',
    (root) => {
      const { settings, problems } = readSettings({
        AzureWebJobsStorage: 'UseDevelopmentStorage=true',
        UPLOAD_URL_KEY: key,
        GRAPH_ENDPOINT: root,
      });
      expect(problems).toEqual([]);
      expect(settings).toMatchObject({
        allowedMailboxes: ['*'],
        sendEnabled: true,
        browseEnabled: true,
        myBlobs: 'allowed',
      });
      expect(settings.graph).toMatchObject({ loopback: true, root: root.replace(/\/$/, '') });
      expect(settings.storage.blobEndpoint).toBe('http://127.0.0.1:10000/devstoreaccount1');
    },
  );

  it.each([
    'http://graph.microsoft.com',
    'http://127.0.0.2',
    'https://graph.microsoft.com/v1.0',
    'ftp://127.0.0.1',
    'x',
    'https://u:p@graph.microsoft.com',
    'http://127.0.0.1.evil.example',
    'graph.microsoft.com',
    'localhost:9000',
  ])('take no Graph root like %s, and have the default then: what is built from them must not fail', (root) => {
    const { settings, problems } = readSettings({ ...azure, GRAPH_ENDPOINT: root });
    expect(problems.map(({ name }) => name)).toEqual(['GRAPH_ENDPOINT']);
    expect(settings.graph.root).toBe('https://graph.microsoft.com');
  });

  it('name what is required', () => {
    expect(problemsOf({})).toEqual(['AzureWebJobsStorage', 'ALLOWED_MAILBOXES', 'UPLOAD_URL_KEY']);
    expect(problemsOf({ ...azure, ALLOWED_MAILBOXES: ' ', UPLOAD_URL_KEY: '' })).toEqual([
      'ALLOWED_MAILBOXES',
      'UPLOAD_URL_KEY',
    ]);
    expect(problemsOf({ ...azure, AzureWebJobsStorage__queueServiceUri: '' })).toEqual([
      'AzureWebJobsStorage__queueServiceUri',
    ]);
  });

  it('tell every problem at once and quote no value', () => {
    const wrong = {
      AzureWebJobsStorage: 's3cr3t',
      SourceStorage__blobServiceUri: 's3cr3t',
      SourceStorage__credential: 's3cr3t',
      GRAPH_ENDPOINT: 's3cr3t',
      GRAPH_VERSION: 's3cr3t',
      GRAPH_IDENTITY: 's3cr3t',
      UPLOAD_HOSTS: 'https://s3cr3t',
      ALLOWED_MAILBOXES: ',',
      ALLOWED_CONTAINERS: 'S3cr3t',
      SEND_ENABLED: 's3cr3t',
      UPLOAD_URL_KEY: `${key},s3cr3t`,
      RANGE_SIZE: '4194305',
      RANGES_PER_ACTIVITY: '17',
      SMALL_ATTACHMENT_LIMIT: '-1',
      MAX_ATTACHMENT_SIZE: '157286401',
      MESSAGE_SIZE_LIMIT: '1.5',
      MAILBOX_CONCURRENCY: '0',
      MAILBOX_BYTES_PER_5_MIN: 's3cr3t',
      SETTLE_SECONDS: '1e9',
      DEADLINE_HOURS: '0',
      RETENTION_DAYS: 's3cr3t',
      INTAKE: 's3cr3t',
      BROWSE_ENABLED: 's3cr3t',
      MY_BLOBS: 's3cr3t',
      AzureFunctionsJobHost__extensions__durableTask__hubName: 's3cr3t-hub',
      BLOCKED_EXTENSIONS: 'exe,s3cr3t/x',
      NYLAS_API_KEYS: 's3cr3t',
      WEBSITE_AUTH_ENABLED: 's3cr3t',
      OUTBOX_TRIGGER_SOURCE: 's3cr3t',
      WEBHOOK_SECRETS: 's3cr3t',
      ALLOWED_CALLBACK_HOSTS: 's3cr3t/x',
    };
    const { problems, settings } = readSettings(wrong);
    expect([...new Set(problems.map(({ name }) => name))].sort()).toEqual(Object.keys(wrong).sort());
    expect(JSON.stringify(problems)).not.toContain('s3cr3t');
    expect(settings).toMatchObject({ rangeSizeBytes: 3_932_160, mailboxConcurrency: 4 });
  });

  it.each([
    ['Staging2', undefined, []],
    ['staging-2', undefined, ['AzureFunctionsJobHost__extensions__durableTask__hubName']],
    ['2staging', 'azureStorage', ['AzureFunctionsJobHost__extensions__durableTask__hubName']],
    ['staging-2', 'azureManaged', []],
  ])('take a task hub as its storage does: %s in %s', (hub, provider, names) => {
    const { problems } = readSettings({
      ...azure,
      AzureFunctionsJobHost__extensions__durableTask__hubName: hub,
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: provider,
    });
    expect(problems.map(({ name }) => name)).toEqual(names);
  });

  it('know the account of a connection string, and a source of its own', () => {
    const AzureWebJobsStorage =
      'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5==;EndpointSuffix=core.chinacloudapi.cn';
    const SourceStorage = 'BlobEndpoint=https://files.example/;SharedAccessSignature=sv=1&sig=x';
    const { settings, problems } = readSettings({ ...azure, AzureWebJobsStorage, SourceStorage });
    expect(problems).toEqual([]);
    expect([settings.storage.blobEndpoint, settings.storage.tableEndpoint, settings.source.blobEndpoint]).toEqual([
      'https://contoso.blob.core.chinacloudapi.cn',
      'https://contoso.table.core.chinacloudapi.cn',
      'https://files.example',
    ]);
  });

  it.each([
    ['without a protocol or a suffix', 'AccountName=contoso;AccountKey=a2V5'],
    ['in another case', 'accountname=contoso;accountkey=a2V5;endpointsuffix=core.windows.net'],
  ])('spell a connection string out, %s', (_how, AzureWebJobsStorage) => {
    const { settings, problems } = readSettings({ ...azure, AzureWebJobsStorage });
    expect(problems).toEqual([]);
    expect(settings.storage.access).toEqual({
      kind: 'connectionString',
      connectionString:
        'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5;' +
        'BlobEndpoint=https://contoso.blob.core.windows.net;TableEndpoint=https://contoso.table.core.windows.net',
    });
  });

  it.each([
    ['no key', 'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey='],
    ['a key that is no base64', 'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=???'],
    ['a key without a name', 'BlobEndpoint=https://b.example;TableEndpoint=https://t.example;AccountKey=a2V5'],
    ['an empty SAS', 'BlobEndpoint=https://b.example;TableEndpoint=https://t.example;SharedAccessSignature='],
  ])('take no connection string with %s', (_what, AzureWebJobsStorage) => {
    expect(problemsOf({ ...azure, AzureWebJobsStorage })).toEqual(['AzureWebJobsStorage']);
  });

  it('give each key of the facade its mailboxes', () => {
    const { settings } = readSettings({ ...local, NYLAS_API_KEYS: 'k1,k2==,k3=*@a.com|b@c.com,k4===*' });
    expect(settings.nylasApiKeys).toEqual([
      { key: 'k1' },
      { key: 'k2==' },
      { key: 'k3', mailboxes: ['*@a.com', 'b@c.com'] },
      { key: 'k4==', mailboxes: ['*'] },
    ]);
  });

  it.each(['=x', 'k=', '=', ',', 'k=a||b', 'k=|', 'two words', 'good,=x', '==', 'k=*@a.com,k2='])(
    'name a mistake in the keys of the facade: %s',
    (NYLAS_API_KEYS) => {
      expect(problemsOf({ ...local, NYLAS_API_KEYS })).toEqual(['NYLAS_API_KEYS']);
    },
  );

  it.each(['k1', 'k2==', 'abc=', 'k3=*@a.com', 'k4===a|b', 'k1, k2'])(
    'take keys of the facade: %s',
    (NYLAS_API_KEYS) => {
      expect(problemsOf({ ...local, NYLAS_API_KEYS })).toEqual([]);
    },
  );

  it('take no key of the facade that can be guessed, but on loopback', () => {
    const short = { NYLAS_API_KEYS: `${'a'.repeat(15)}=*@contoso.com` };
    expect([problemsOf({ ...azure, ...short }), problemsOf({ ...local, ...short })]).toEqual([['NYLAS_API_KEYS'], []]);
    expect(problemsOf({ ...azure, NYLAS_API_KEYS: `${'a'.repeat(16)}=*@contoso.com` })).toEqual([]);
  });

  it.each([
    ['RANGE_SIZE', '1', ['RANGE_SIZE'], ['RANGE_SIZE']],
    ['RANGE_SIZE', '262143', ['RANGE_SIZE'], ['RANGE_SIZE']],
    ['RANGE_SIZE', '262144', [], []],
    ['RANGES_PER_ACTIVITY', '0', ['RANGES_PER_ACTIVITY'], ['RANGES_PER_ACTIVITY']],
    ['RANGES_PER_ACTIVITY', '16', [], []],
    ['SETTLE_SECONDS', '0', ['SETTLE_SECONDS'], ['SETTLE_SECONDS']],
    ['SETTLE_SECONDS', '9', ['SETTLE_SECONDS'], []],
    ['SETTLE_SECONDS', '10', [], []],
    ['DEADLINE_HOURS', '0.001', ['DEADLINE_HOURS'], []],
    ['DEADLINE_HOURS', '1', [], []],
    ['DEADLINE_HOURS', '168', [], []],
    ['DEADLINE_HOURS', '169', ['DEADLINE_HOURS'], ['DEADLINE_HOURS']],
    ['RETENTION_DAYS', '0', ['RETENTION_DAYS'], []],
    ['RETENTION_DAYS', '0.5', ['RETENTION_DAYS'], []],
    ['RETENTION_DAYS', '1', [], []],
  ])('hold %s=%s to its bounds, in Azure and on loopback', (name, value, inAzure, onLoopback) => {
    expect(problemsOf({ ...azure, [name]: value })).toEqual(inAzure);
    expect(problemsOf({ ...local, [name]: value })).toEqual(onLoopback);
  });

  it.each(['*.com', '*', '10.0.0.1', '127.0.0.1', '[::1]', 'localhost', 'a..b', '*.*.com', 'https://a.com'])(
    'take no host like %s',
    (host) => {
      expect(problemsOf({ ...azure, UPLOAD_HOSTS: host })).toEqual(['UPLOAD_HOSTS']);
      expect(problemsOf({ ...azure, ALLOWED_CALLBACK_HOSTS: host })).toEqual(['ALLOWED_CALLBACK_HOSTS']);
    },
  );

  it('take hosts, wildcards below a domain, and on loopback this machine', () => {
    const hosts = 'hooks.contoso.com,*.office.com,outlook.office365.us';
    expect(problemsOf({ ...azure, UPLOAD_HOSTS: hosts, ALLOWED_CALLBACK_HOSTS: hosts })).toEqual([]);
    expect(problemsOf({ ...local, ALLOWED_CALLBACK_HOSTS: '127.0.0.1,localhost,[::1]' })).toEqual([]);
  });

  it.each([
    ['none', []],
    ['.EXE, xyz', ['exe', 'xyz']],
  ])('know the blocked extensions %s', (BLOCKED_EXTENSIONS, expected) => {
    expect(readSettings({ ...azure, BLOCKED_EXTENSIONS }).settings.blockedExtensions).toEqual(expected);
  });

  it('know the app’s own address where the platform tells it', () => {
    const WEBSITE_HOSTNAME = 'contoso-outlook.azurewebsites.net';
    expect(readSettings({ ...azure, WEBSITE_HOSTNAME }).settings.origin).toBe(`https://${WEBSITE_HOSTNAME}`);
    const local = { ...azure, WEBSITE_HOSTNAME: 'localhost:7071' };
    expect(readSettings(local).settings.origin).toBe('http://localhost:7071');
  });

  it('know that App Service authentication is on, as the platform writes it', () => {
    expect(readSettings({ ...azure, WEBSITE_AUTH_ENABLED: 'True' }).settings.signInEnabled).toBe(true);
  });

  it.each(['WEBHOOK_SECRETS', 'ALLOWED_CALLBACK_HOSTS'])('tell of a list that is set and names nothing: %s', (name) => {
    expect(problemsOf({ ...azure, [name]: ' , ' })).toEqual([name]);
  });

  it('are all in the sample and in the docs, and the sample needs nothing but a key', () => {
    const text = (name: string): string => readFileSync(join(__dirname, '..', name), 'utf8');
    const names = new Set<string>();
    readSettings(new Proxy({}, { get: (_env, name) => void names.add(String(name)) }));
    const sample = (JSON.parse(text('local.settings.sample.json')) as { Values: Record<string, string> }).Values;
    const own = [...names].filter((name) => !name.includes('__'));
    expect(own.filter((name) => !(name in sample))).toEqual([]);
    expect(
      [...names].filter((name) => !text('docs/settings.md').includes(name.replace('SourceStorage__', '__'))),
    ).toEqual([]);
    expect(problemsOf(sample)).toEqual(['UPLOAD_URL_KEY']);
  });
});
