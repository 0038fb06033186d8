import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../src/settings';
import { appSettings, ofType, Resource, snapshot, template } from './template';

const root = join(__dirname, '..', '..');
const host = JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')) as {
  functionTimeout: string;
  extensions: { durableTask: { hubName: string; storageProvider: { partitionCount: number } } };
};
const deployments = ['smallest', 'everything'] as const;
type Tree = Record<string, unknown>;
const tree = (resource: Resource | undefined): Tree => resource?.properties ?? {};
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Tree | undefined)?.[name], value);

/** The settings as the app gets them: what only Azure knows is filled in, secrets are read from the vault. */
function environment(settings: Record<string, string>, vault: Record<string, string>): Record<string, string> {
  const known = (name: string, value: string): string => {
    const secret = /'@Microsoft\.KeyVault.*, '([a-z-]+)'\)\]$/.exec(value)?.[1];
    if (secret !== undefined) {
      return vault[secret] ?? `@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/${secret})`;
    }
    if (!value.startsWith('[')) return value;
    return name.endsWith('ServiceUri') ? 'https://example.blob.core.windows.net/' : 'known-later';
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, known(name, value)]));
}
const vault = {
  'upload-url-key': Buffer.alloc(32, 7).toString('base64'),
  'webhook-secrets': `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  'nylas-api-keys': Buffer.alloc(32, 7).toString('base64url'),
};

describe.each(deployments)('the %s deployment', (name) => {
  const resources = snapshot(name);
  const settings = appSettings(resources);
  const site = ofType(resources, 'Microsoft.Web/sites')[0];

  it('sets every setting that the app requires, with values that it takes', () => {
    const { problems, settings: read } = readSettings(environment(settings, vault));
    expect(problems).toEqual([]);
    expect(read.outboxTriggerSource).toBe('EventGrid');
    expect(read.source).not.toBe(read.storage);
  });

  it.each(['UPLOAD_URL_KEY', ...(name === 'everything' ? ['WEBHOOK_SECRETS', 'NYLAS_API_KEYS'] : [])])(
    'has a problem of %s by name where its secret is gone from Key Vault',
    (setting) => {
      const gone = environment(settings, {
        ...vault,
        [setting.toLowerCase().replaceAll('_', '-')]: undefined as never,
      });
      expect(readSettings(gone).problems.map((problem) => problem.name)).toEqual([setting]);
    },
  );

  it('keeps no secret in a setting: identities, and references to Key Vault', () => {
    const secretLike = Object.entries(settings).filter(([key]) => /KEY|SECRET|PASSWORD|TOKEN/i.test(key));
    expect(secretLike.length).toBeGreaterThan(0);
    for (const [, value] of secretLike) expect(value).toMatch(/^\[format\('@Microsoft\.KeyVault\(SecretUri=/);
    expect(JSON.stringify(settings)).not.toMatch(/AccountKey|SharedAccess|listKeys/i);
  });

  it('sets nothing that Flex Consumption refuses', () => {
    // https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
    const refused =
      /^(FUNCTIONS_WORKER_RUNTIME(_VERSION)?|FUNCTIONS_EXTENSION_VERSION|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_CONTENT.*|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT|WEBSITE_TIME_ZONE|WEBSITE_VNET_ROUTE_ALL)$/;
    expect(Object.keys(settings).filter((key) => refused.test(key))).toEqual([]);
  });

  it('runs Node 22 on Flex Consumption, as its user-assigned identity, by https with TLS 1.2', () => {
    expect(at(tree(site), 'functionAppConfig.runtime')).toEqual({ name: 'node', version: '22' });
    expect(at(tree(site), 'httpsOnly')).toBe(true);
    expect(at(tree(site), 'siteConfig.minTlsVersion')).toBe('1.2');
    expect(at(tree(site), 'siteConfig.ftpsState')).toBe('Disabled');
    expect((site as unknown as { identity: Tree }).identity['type']).toBe('UserAssigned');
    expect(at(tree(site), 'functionAppConfig.deployment.storage.authentication.type')).toBe('UserAssignedIdentity');
    for (const { properties } of ofType(resources, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies')) {
      expect(properties).toEqual({ allow: false });
    }
  });

  it('has two storage accounts, without shared keys and public blobs, by https with TLS 1.2', () => {
    const accounts = ofType(resources, 'Microsoft.Storage/storageAccounts');
    expect(accounts).toHaveLength(2);
    for (const account of accounts) {
      expect(tree(account)).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
        allowCrossTenantReplication: false,
      });
    }
    for (const { properties } of ofType(resources, 'Microsoft.Storage/storageAccounts/blobServices/containers')) {
      expect(properties).toEqual({ publicAccess: 'None' });
    }
  });

  it('has the containers that requests may name, the outbox and its receipts', () => {
    const names = ofType(resources, 'Microsoft.Storage/storageAccounts/blobServices/containers').map(
      (each) => each.name,
    );
    const containers = names.filter((each) => each.startsWith('stsource')).map((each) => each.split('/').at(-1));
    const allowed = (settings['ALLOWED_CONTAINERS'] ?? '').split(',');
    expect(containers.sort()).toEqual([...allowed, 'receipts'].sort());
    expect(allowed).toEqual(expect.arrayContaining(['uploads', 'outbox']));
    expect(names.filter((each) => each.startsWith('sthost'))).toEqual([expect.stringMatching(/\/app-package$/)]);
  });

  it('takes telemetry, logs and secrets by identity only', () => {
    expect(tree(ofType(resources, 'Microsoft.Insights/components')[0])['DisableLocalAuth']).toBe(true);
    const workspace = tree(ofType(resources, 'Microsoft.OperationalInsights/workspaces')[0]);
    expect(at(workspace, 'features.disableLocalAuth')).toBe(true);
    expect(tree(ofType(resources, 'Microsoft.KeyVault/vaults')[0])).toMatchObject({
      enableRbacAuthorization: true,
      enableSoftDelete: true,
    });
    expect(settings['APPLICATIONINSIGHTS_AUTHENTICATION_STRING']).toContain('Authorization=AAD');
  });

  it('lets browsers PUT to storage from the app and from nowhere that was not named', () => {
    const [service] = ofType(resources, 'Microsoft.Storage/storageAccounts/blobServices');
    const [rule, ...others] = at(tree(service), 'cors.corsRules') as {
      allowedOrigins: string[];
      allowedMethods: string[];
      allowedHeaders: string[];
    }[];
    expect(others).toEqual([]);
    expect(rule?.allowedMethods).toEqual(['PUT']);
    expect(rule?.allowedHeaders).not.toContain('*');
    expect(JSON.stringify(rule?.allowedOrigins)).toContain('outputs.hostName');
    expect(JSON.stringify(rule?.allowedOrigins)).not.toContain('"*"');
  });

  it('removes staged files only after the longest deadline, and nothing else unasked', () => {
    const [policy] = ofType(resources, 'Microsoft.Storage/storageAccounts/managementPolicies');
    const rules = at(tree(policy), 'policy.rules') as { name: string; definition: Tree }[];
    const [staged] = rules;
    expect(at(staged, 'definition.filters.prefixMatch')).toEqual(['uploads/.staged/']);
    expect(at(staged, 'definition.actions.baseBlob.delete.daysAfterModificationGreaterThan')).toBeGreaterThan(7);
    expect(rules.map((rule) => rule.name)).toEqual(name === 'smallest' ? ['staged-files'] : ['staged-files', 'outbox']);
  });

  it('agrees with host.json', () => {
    const scale = at(tree(site), 'functionAppConfig.scaleAndConcurrency') as { maximumInstanceCount: number };
    expect(scale.maximumInstanceCount).toBeGreaterThanOrEqual(
      host.extensions.durableTask.storageProvider.partitionCount,
    );
    const hub = settings['AzureFunctionsJobHost__extensions__durableTask__hubName'];
    if (hub !== undefined) expect(hub).toBe(host.extensions.durableTask.hubName);
    // what the settings override is in host.json, under that name
    for (const key of Object.keys(settings).filter((each) => each.startsWith('AzureFunctionsJobHost__'))) {
      const path = key.split('__').slice(1, -1).join('.');
      expect(at(host, path)).toBeDefined();
    }
  });
});

describe('the deployment with every option', () => {
  const resources = snapshot('everything');

  it('closes storage and secrets, gives each a private endpoint, and the app a way out', () => {
    for (const type of ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults']) {
      for (const each of ofType(resources, type)) {
        expect(tree(each)['publicNetworkAccess']).toBe('Disabled');
        expect(at(tree(each), 'networkAcls.defaultAction')).toBe('Deny');
      }
    }
    const ends = ofType(resources, 'Microsoft.Network/privateEndpoints').map((each) =>
      each.name.replace(/^(sthost|stsource|kv)[^-]*(-[a-z0-9]{13})?-/, '$1 '),
    );
    expect(ends.sort()).toEqual([
      'kv vault',
      'sthost blob',
      'sthost queue',
      'sthost table',
      'stsource blob',
      'stsource queue',
    ]);
    const subnets = at(tree(ofType(resources, 'Microsoft.Network/virtualNetworks')[0]), 'subnets') as Tree[];
    const app = subnets.find((each) => each['name'] === 'app');
    expect(at(app, 'properties.natGateway.id')).toBeDefined();
    expect(at(app, 'properties.delegations')).toEqual([
      expect.objectContaining({ properties: { serviceName: 'Microsoft.App/environments' } }),
    ]);
    expect(tree(ofType(resources, 'Microsoft.Web/sites')[0])['virtualNetworkSubnetId']).toBeDefined();
  });

  it('lets Event Grid read the events of the closed source account', () => {
    const source = ofType(resources, 'Microsoft.Storage/storageAccounts').find((each) =>
      each.name.startsWith('stsource'),
    );
    expect(at(tree(source), 'networkAcls.bypass')).toBe('AzureServices');
  });

  it('signs people in without a client secret, and leaves callers without a sign-in to the app', () => {
    const auth = ofType(resources, 'Microsoft.Web/sites/config').find((each) => each.name.endsWith('/authsettingsV2'));
    expect(at(tree(auth), 'globalValidation.unauthenticatedClientAction')).toBe('AllowAnonymous');
    const setting = at(tree(auth), 'identityProviders.azureActiveDirectory.registration.clientSecretSettingName');
    expect(setting).toBe('OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID');
    expect(appSettings(resources)[String(setting)]).toContain('clientId');
    expect(at(tree(auth), 'login.tokenStore.enabled')).toBe(false);
  });

  it('has no virtual network, scheduler or authentication unless asked', () => {
    const types = new Set(snapshot('smallest').map((each) => each.type.split('/')[0]));
    expect([...types]).not.toEqual(expect.arrayContaining(['Microsoft.Network']));
    expect([...types]).not.toEqual(expect.arrayContaining(['Microsoft.DurableTask']));
    expect(snapshot('smallest').some((each) => each.name.endsWith('/authsettingsV2'))).toBe(false);
  });
});

describe('parameters', () => {
  it('that are required are the name, the place and the mailboxes', () => {
    const required = Object.entries(template().parameters).filter(([, { defaultValue }]) => defaultValue === undefined);
    expect(required.map(([name]) => name)).toEqual(['environmentName', 'location', 'allowedMailboxes']);
  });

  it('all come from the environment, the required ones without a default', () => {
    const text = readFileSync(join(root, 'infra', 'main.bicepparam'), 'utf8');
    const given = [...text.matchAll(/^param (\w+) = .*readEnvironmentVariable\('\w+'(, )?/gm)];
    const names = given.map((match) => match[1]).sort();
    expect(names).toEqual(
      Object.keys(template().parameters)
        .filter((each) => each !== 'deployerPrincipalId')
        .sort(),
    );
    const withoutDefault = given.filter((match) => match[2] === undefined).map((match) => match[1]);
    expect(withoutDefault).toEqual(['environmentName', 'location', 'allowedMailboxes']);
  });
});

describe('alerts and workbook', () => {
  const resources = snapshot('everything');
  const queryOf = (rule: Resource): string => String(at(rule, 'properties.criteria.allOf.0.query'));

  it('ring for failures, unknown outcomes, what waits too long and what was left behind', () => {
    const names = ofType(resources, 'Microsoft.Insights/scheduledQueryRules').map((each) => each.name);
    expect(names.sort()).toEqual(
      ['failed', 'left-behind', 'oldest-waiting', 'unknown'].map((each) => `blob-to-outlook-${each}`),
    );
  });

  it('ask what compiles, of the function UploadEvents', () => {
    const rules = ofType(resources, 'Microsoft.Insights/scheduledQueryRules').map((each) => [each.name, queryOf(each)]);
    const workbook = JSON.parse(
      String(tree(ofType(resources, 'Microsoft.Insights/workbooks')[0])['serializedData']),
    ) as { items: { name: string; content: { query?: string } }[] };
    const panels = workbook.items.flatMap(({ name, content: { query } }) =>
      query === undefined ? [] : [[name, query.replaceAll('{Range:grain}', '1h')]],
    );
    const queries = Object.fromEntries([...rules, ...panels, ['wrong', 'UploadEvents | where nothing == 1']]) as Record<
      string,
      string
    >;
    const answers = JSON.parse(
      execFileSync(process.execPath, [join(__dirname, 'compileKql.cjs')], {
        input: JSON.stringify(queries),
        encoding: 'utf8',
      }),
    ) as Record<string, string[]>;
    const { wrong, ...others } = answers;
    expect(wrong).toEqual([expect.stringContaining("The name 'nothing' does not refer to any known column")]);
    expect(Object.keys(others).length).toBeGreaterThan(11);
    for (const [name, problems] of Object.entries(others)) {
      expect([name, ...problems]).toEqual([name]);
      expect(queries[name]).toMatch(/^UploadEvents\n/);
    }
  });
});
