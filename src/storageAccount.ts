/** Where a storage account is and how it is spoken to, read from the settings that the Functions host itself reads. */
export interface StorageAccount {
  /** Roots without a trailing slash; on Azurite they hold the account's name as their path. */
  readonly blobEndpoint: string;
  readonly tableEndpoint: string;
  readonly access:
    | { readonly kind: 'connectionString'; readonly connectionString: string } // a secret
    | { readonly kind: 'identity'; readonly managed: boolean; readonly clientId?: string };
}
export interface SettingProblem {
  readonly name: string;
  readonly detail: string; // never holds the value: it may be a secret
}
type Lookup = (name: string) => string | undefined;

export const noAccount: StorageAccount = {
  blobEndpoint: '',
  tableEndpoint: '',
  access: { kind: 'connectionString', connectionString: '' },
};

const emulator =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;' +
  // Azurite's published key, the same on every machine
  'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;' +
  'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;' +
  'TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;';

/** Whether anything of that connection is set: then it is meant, whole or not. */
export const isNamed = (name: string, look: Lookup): boolean =>
  [name, ...identityParts.map((part) => `${name}__${part}`)].some((each) => look(each) !== undefined);

const identityParts = ['blobServiceUri', 'queueServiceUri', 'tableServiceUri', 'credential', 'clientId', 'accountName'];

/** The account of the connection `name`; `services` are those that it must have. Never throws. */
export function readStorageAccount(
  name: string,
  services: readonly ('blob' | 'queue' | 'table')[],
  look: Lookup,
): { account: StorageAccount; problems: SettingProblem[] } {
  const connectionString = look(name);
  if (connectionString !== undefined) return fromConnectionString(name, connectionString, services.includes('table'));
  if (isNamed(name, look)) return fromIdentity(name, services, look);
  const detail = `Set a connection string, or ${name}__blobServiceUri and its like for a managed identity.`;
  return { account: noAccount, problems: [{ name, detail }] };
}

function fromConnectionString(name: string, text: string, needsTable: boolean) {
  const connectionString = /^UseDevelopmentStorage=true;?$/i.test(text) ? emulator : text;
  const parts = new Map(
    connectionString.split(';').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const;
    }),
  );
  const endpoint = (service: 'blob' | 'table'): string | undefined => {
    const explicit = parts.get(`${service}endpoint`);
    if (explicit) return explicit;
    const account = parts.get('accountname');
    const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
    return account && `${parts.get('defaultendpointsprotocol') ?? 'https'}://${account}.${service}.${suffix}`;
  };
  const blobEndpoint = rootOf(endpoint('blob'));
  const tableEndpoint = rootOf(endpoint('table'));
  const secret = secretOf(parts);
  if (blobEndpoint === undefined || (needsTable && tableEndpoint === undefined) || secret === undefined) {
    const detail =
      'This is no connection string of a storage account: it needs AccountName and AccountKey, or endpoints and a SAS.';
    return { account: noAccount, problems: [{ name, detail }] };
  }
  // spelt out: the SDKs know neither defaults nor other cases of what the Functions host takes
  const endpoints = [`BlobEndpoint=${blobEndpoint}`, ...(tableEndpoint ? [`TableEndpoint=${tableEndpoint}`] : [])];
  const access = { kind: 'connectionString' as const, connectionString: [secret, ...endpoints].join(';') };
  return { account: { blobEndpoint, tableEndpoint: tableEndpoint ?? '', access }, problems: [] };
}

/** The part of a connection string that proves who asks; undefined where it is missing or broken. */
function secretOf(parts: ReadonlyMap<string, string>): string | undefined {
  const [name, key, sas] = ['accountname', 'accountkey', 'sharedaccesssignature'].map((part) => parts.get(part));
  if (name && key && /^[A-Za-z0-9+/]+={0,2}$/.test(key)) {
    const protocol = parts.get('defaultendpointsprotocol') ?? 'https';
    return `DefaultEndpointsProtocol=${protocol};AccountName=${name};AccountKey=${key}`;
  }
  return key === undefined && sas ? `SharedAccessSignature=${sas}` : undefined;
}

function fromIdentity(name: string, services: readonly string[], look: Lookup) {
  const problems: SettingProblem[] = [];
  const accountName = look(`${name}__accountName`);
  const endpoint = (service: string): string => {
    const setting = `${name}__${service}ServiceUri`;
    const text = look(setting) ?? (accountName && `https://${accountName}.${service}.core.windows.net`);
    const root = rootOf(text);
    if (root !== undefined) return root;
    if (text !== undefined)
      problems.push({ name: setting, detail: 'This is no URL of a storage service, without a query.' });
    else if (services.includes(service))
      problems.push({ name: setting, detail: `Set the URL of the account's ${service} service.` });
    return '';
  };
  const [blobEndpoint, tableEndpoint] = [endpoint('blob'), endpoint('table')];
  endpoint('queue'); // the host's: only checked here
  const credential = look(`${name}__credential`)?.toLowerCase();
  if (credential !== undefined && credential !== 'managedidentity') {
    problems.push({ name: `${name}__credential`, detail: 'The only credential known here is managedidentity.' });
  }
  const clientId = look(`${name}__clientId`);
  const access = { kind: 'identity' as const, managed: credential !== undefined, ...(clientId ? { clientId } : {}) };
  return { account: { blobEndpoint, tableEndpoint, access }, problems };
}

function rootOf(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) return undefined;
  return url.href.replace(/\/+$/, '');
}
