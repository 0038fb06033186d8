import { outlooksBlockedExtensions } from './core/upload/blockedNames';
import { isNamed, readStorageAccount, SettingProblem, StorageAccount } from './storageAccount';

/** The app's settings (docs/settings.md), read here and nowhere else. */
export interface Settings {
  /** The task hub: records, claims and mailboxes belong to it, and no other hub's are touched. */
  readonly hub: string;
  readonly storage: StorageAccount;
  readonly source: StorageAccount;
  readonly graph: {
    readonly root: string; // without a trailing slash
    readonly version: 'v1.0' | 'beta';
    readonly identity: 'application' | 'delegated';
    /** Development against a service on this machine: no identity service, bearer `local`. */
    readonly loopback: boolean;
    readonly uploadHosts: readonly string[]; // exact or `*.suffix`
  };
  readonly allowedMailboxes: readonly string[];
  readonly allowedContainers: readonly string[];
  /** own: people who sign in attach what they have brought by POST /my/files; allowed: any blob of the allowed containers. */
  readonly myBlobs: 'own' | 'allowed';
  readonly sendEnabled: boolean;
  readonly uploadUrlKeys: string; // secret: comma-separated base64, the first seals
  readonly rangeSizeBytes: number;
  /** Ranges that one activity sends, one after the other. */
  readonly rangesPerActivity: number;
  readonly smallAttachmentLimitBytes: number;
  readonly maxAttachmentBytes: number;
  readonly messageSizeLimitBytes: number;
  readonly mailboxConcurrency: number;
  readonly mailboxBytesPer5Min: number;
  readonly settleMs: number;
  readonly deadlineMs: number;
  readonly retentionMs: number;
  /** closed: new work is refused with 503, what runs ends. For draining. */
  readonly intake: 'open' | 'closed';
  /** Whether GET /api/items may list a mailbox's recent drafts and events. */
  readonly browseEnabled: boolean;
  /** In lower case, without the dot: names that end so get the warning MayBeBlocked. */
  readonly blockedExtensions: readonly string[];
  readonly nylasApiKeys: readonly NylasApiKey[];
  readonly outboxTriggerSource: 'LogsAndContainerScan' | 'EventGrid';
  readonly webhookSecrets: readonly string[]; // secret; every callback carries a signature by each
  readonly allowedCallbackHosts: readonly string[]; // exact or `*.suffix`
  /** The `source` of callbacks' events: this app. */
  readonly origin: string;
  /** App Service authentication stands in front: only then is the header with the signed-in person believed. */
  readonly signInEnabled: boolean;
}
export interface NylasApiKey {
  readonly key: string; // secret
  /** Patterns of the mailboxes it may use; undefined: all that ALLOWED_MAILBOXES allows. */
  readonly mailboxes?: readonly string[];
}
export type { SettingProblem };

/** As host.json names it. */
const defaultHub = 'BlobToOutlook';
const MiB = 1024 * 1024;
const hosts = 'outlook.office.com,outlook.office365.com,*.outlook.office.com,*.outlook.office365.com';
const containerPattern = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Every setting, and every problem at once by name. Never throws: on the real host a throw at load removes every
 * function in silence. A setting with a problem has its default, so that the rest can be read.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): {
  settings: Settings;
  problems: SettingProblem[];
} {
  const read = settingReader(env);
  const graph = readGraph(read);
  const storage = read.account('AzureWebJobsStorage', ['blob', 'queue', 'table']);
  const ownSource = isNamed('SourceStorage', read.text);
  const settings: Settings = {
    hub: readHub(read),
    storage,
    source: ownSource ? read.account('SourceStorage', ['blob']) : storage,
    graph,
    allowedMailboxes: read.list('ALLOWED_MAILBOXES', graph.loopback ? '*' : undefined),
    allowedContainers: read.list('ALLOWED_CONTAINERS', 'uploads,outbox', containerPattern, 'a container name'),
    myBlobs: read.choice('MY_BLOBS', ['own', 'allowed'], graph.loopback ? 'allowed' : 'own'),
    sendEnabled: read.choice('SEND_ENABLED', ['false', 'true'], graph.loopback ? 'true' : 'false') === 'true',
    uploadUrlKeys: read
      .list('UPLOAD_URL_KEY', undefined, isKey, 'base64 of 32 bytes (openssl rand -base64 32)')
      .join(','),
    rangeSizeBytes: read.whole('RANGE_SIZE', 3_932_160, MiB / 4, 4 * MiB),
    rangesPerActivity: read.whole('RANGES_PER_ACTIVITY', 1, 1, 16),
    smallAttachmentLimitBytes: read.whole('SMALL_ATTACHMENT_LIMIT', 3 * MiB, 0, 150 * MiB),
    maxAttachmentBytes: read.whole('MAX_ATTACHMENT_SIZE', 150 * MiB, 1, 150 * MiB),
    messageSizeLimitBytes: read.whole('MESSAGE_SIZE_LIMIT', 35 * MiB, 1),
    mailboxConcurrency: read.whole('MAILBOX_CONCURRENCY', 4, 1, 1000),
    mailboxBytesPer5Min: read.whole('MAILBOX_BYTES_PER_5_MIN', 150 * MiB, 1),
    settleMs: 1000 * read.number('SETTLE_SECONDS', 60, graph.loopback ? 1 : 10, 86_400),
    deadlineMs: 3_600_000 * read.number('DEADLINE_HOURS', 24, graph.loopback ? 0.0001 : 1, 168),
    retentionMs: 86_400_000 * read.number('RETENTION_DAYS', 30, graph.loopback ? 0 : 1, 3650),
    intake: read.choice('INTAKE', ['open', 'closed'], 'open'),
    browseEnabled: read.choice('BROWSE_ENABLED', ['false', 'true'], graph.loopback ? 'true' : 'false') === 'true',
    blockedExtensions: readBlockedExtensions(read),
    nylasApiKeys: readNylasKeys(read, graph.loopback),
    outboxTriggerSource: read.choice(
      'OUTBOX_TRIGGER_SOURCE',
      ['LogsAndContainerScan', 'EventGrid'],
      'LogsAndContainerScan',
    ),
    webhookSecrets: read.list(
      'WEBHOOK_SECRETS',
      '',
      isWebhookSecret,
      'whsec_ and base64 of 24 to 64 bytes (echo whsec_$(openssl rand -base64 32))',
    ),
    allowedCallbackHosts: read.list('ALLOWED_CALLBACK_HOSTS', '', hostPattern(graph.loopback), hostForm),
    origin: readOrigin(read),
    signInEnabled: read.choice('WEBSITE_AUTH_ENABLED', ['false', 'true'], 'false') === 'true',
  };
  return { settings, problems: read.problems };
}

/** Where spans go. The names are those that the Functions host itself reads. */
export interface TelemetrySettings {
  readonly connectionString?: string;
  /** Of the identity that sends; without one the connection string's key does. */
  readonly clientId?: string;
  readonly otlp: boolean;
  readonly serviceName?: string;
}

/** Undefined: nowhere. */
export function readTelemetry(env: Readonly<Record<string, string | undefined>>): TelemetrySettings | undefined {
  const connectionString = env['APPLICATIONINSIGHTS_CONNECTION_STRING'] || undefined;
  const otlp = Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
  if (connectionString === undefined && !otlp) return undefined;
  const clientId = /(?:^|;)\s*ClientId=([^;]+)/i.exec(env['APPLICATIONINSIGHTS_AUTHENTICATION_STRING'] ?? '')?.[1];
  const serviceName = env['OTEL_SERVICE_NAME'] || env['WEBSITE_SITE_NAME'];
  return {
    ...(connectionString ? { connectionString } : {}),
    ...(clientId ? { clientId } : {}),
    ...(serviceName ? { serviceName } : {}),
    otlp,
  };
}
export const telemetryEnvironment = (): TelemetrySettings | undefined => readTelemetry(process.env);

/** The environment as it is now, read by src/dependencies.ts once. */
export const readEnvironment = (): ReturnType<typeof readSettings> => readSettings(process.env);

const hubSetting = 'AzureFunctionsJobHost__extensions__durableTask__hubName';
const storageProvider = 'AzureFunctionsJobHost__extensions__durableTask__storageProvider__type';

/**
 * Azure Storage names queues and tables after the hub, and with another name the host would not start
 * (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-task-hubs#task-hub-names).
 */
function readHub(read: SettingReader): string {
  const hub = read.text(hubSetting) ?? defaultHub;
  const isInStorage = /^(azurestorage)?$/i.test(read.text(storageProvider) ?? '');
  if (isInStorage && !/^[a-z][a-z0-9]{2,44}$/i.test(hub))
    read.problem(hubSetting, 'It must be 3 to 45 letters and digits, a letter first.');
  return hub;
}

function readGraph(read: SettingReader): Settings['graph'] {
  const otherwise = 'https://graph.microsoft.com';
  const root = read.text('GRAPH_ENDPOINT') ?? otherwise;
  const url = URL.canParse(root) ? new URL(root) : undefined;
  const loopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const bare = url?.pathname === '/' && !/[?#@]/.test(root);
  const right = bare && (url.protocol === 'https:' || loopback);
  if (!right) {
    read.problem(
      'GRAPH_ENDPOINT',
      'It must be an https root without path, such as https://graph.microsoft.com, or http on 127.0.0.1, localhost or [::1].',
    );
  }
  return {
    root: right ? url.origin : otherwise,
    version: read.choice('GRAPH_VERSION', ['v1.0', 'beta'], 'v1.0'),
    identity: read.choice('GRAPH_IDENTITY', ['application', 'delegated'], 'application'),
    loopback,
    uploadHosts: read.list('UPLOAD_HOSTS', hosts, hostPattern(loopback), hostForm),
  };
}

/** The app's own address, as the platform tells it. A host on this machine, `localhost:7071`, serves without TLS. */
function readOrigin(read: SettingReader): string {
  const host = read.text('WEBSITE_HOSTNAME');
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(host ?? '') ? 'http' : 'https';
  const url = `${scheme}://${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url).origin : 'urn:blob-to-outlook';
}

const hostForm = 'a host name, or *. and a domain of at least two labels, such as *.outlook.office.com';

/**
 * A host name with a letter in its last label, so no IP address; a wildcard stands before two labels at least: `*.com` is
 * half the world. For development also the addresses of this machine.
 */
const hostPattern = (loopback: boolean): { test(text: string): boolean } => ({
  test: (text) =>
    (loopback && ['127.0.0.1', '[::1]'].includes(text)) ||
    (/^(\*\.(?=[^.]+\.))?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(text) &&
      /[a-z][a-z0-9-]*$/i.test(text.slice(text.lastIndexOf('.') + 1)) &&
      (loopback || !/^localhost$/i.test(text))),
});

/** `none` warns of no name; a dot before an extension does not count. */
function readBlockedExtensions(read: SettingReader): string[] {
  const form = 'a file name extension, such as exe (or none alone, to warn of no name)';
  const entries = read.list(
    'BLOCKED_EXTENSIONS',
    outlooksBlockedExtensions.join(','),
    /^\.?[a-z0-9][a-z0-9_-]{0,31}$/i,
    form,
  );
  if (entries.length === 1 && entries[0]?.toLowerCase() === 'none') return [];
  return entries.map((entry) => entry.toLowerCase().replace(/^\./, ''));
}

/** Below this a key can be guessed: 16 characters of base64 are 96 bits. On loopback any key is for trying out. */
const leastKeyCharacters = 16;

function readNylasKeys(read: SettingReader, loopback: boolean): NylasApiKey[] {
  const least = loopback ? 1 : leastKeyCharacters;
  const isLong = { test: (text: string) => isNylasKey.test(text) && parseNylasKey(text).key.length >= least };
  const form = `a key of at least ${least} characters, or key=pattern|pattern with nothing empty (a key ends in = only as base64 does)`;
  return read.list('NYLAS_API_KEYS', '', isLong, form).map(parseNylasKey);
}

/** `key`, or `key=pattern|pattern`; a key may end in the = of its base64. */
function parseNylasKey(text: string): NylasApiKey {
  const match = /^(.+)=([^=]+)$/.exec(text);
  if (!match) return { key: text };
  return { key: match[1] ?? text, mailboxes: (match[2] ?? '').split('|').map((pattern) => pattern.trim()) };
}

/** A key is what a bearer can be; `k=` is a pattern forgotten, unless it is base64 with its padding. */
const isNylasKey = {
  test(text: string): boolean {
    const { key, mailboxes = ['*'] } = parseNylasKey(text);
    const isPadded = !key.endsWith('=') || key.length % 4 === 0;
    return /^[\x21-\x3c\x3e-\x7e][\x21-\x7e]*$/.test(key) && isPadded && !mailboxes.includes('');
  },
};

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#symmetric */
const isWebhookSecret = {
  test(text: string): boolean {
    const bytes = Buffer.from(/^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? '', 'base64').length;
    return bytes >= 24 && bytes <= 64;
  },
};

const isKey = { test: (text: string) => /^[A-Za-z0-9+/]{43}=?$/.test(text) };

type SettingReader = ReturnType<typeof settingReader>;

function settingReader(env: Readonly<Record<string, string | undefined>>) {
  const problems: SettingProblem[] = [];
  const problem = (name: string, detail: string): void => void problems.push({ name, detail });
  /** An empty setting is none: that is how portals and samples leave one out. */
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;

  function account(name: string, services: readonly ('blob' | 'queue' | 'table')[]): StorageAccount {
    const read = readStorageAccount(name, services, text);
    problems.push(...read.problems);
    return read.account;
  }
  /** Comma-separated. Without a default it is required. */
  function list(name: string, otherwise: string | undefined, each?: { test(s: string): boolean }, form = ''): string[] {
    const value = text(name) ?? otherwise;
    if (/^@Microsoft\.KeyVault\(/i.test(value ?? '')) {
      // what App Service leaves where it got no secret: it must never pass for one
      problem(name, 'Key Vault gave no secret for it. Check that the secret exists and that the app may read it.');
      return [];
    }
    const entries = (value ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    if (entries.length === 0 && value !== '')
      problem(name, `${text(name) === undefined ? 'It is required' : 'It names nothing'}${form && `: ${form}`}.`);
    const wrong = entries.findIndex((entry) => each && !each.test(entry));
    if (wrong >= 0) problem(name, `Entry ${wrong + 1} is not ${form}.`);
    return entries;
  }
  function choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const value = text(name);
    const found = value === undefined ? otherwise : choices.find((each) => each.toLowerCase() === value.toLowerCase());
    if (found === undefined) problem(name, `It must be ${choices.join(' or ')}.`);
    return found ?? otherwise;
  }
  function number(name: string, otherwise: number, min: number, max: number, form = /^\d+(\.\d+)?$/): number {
    const value = text(name);
    if (value === undefined) return otherwise;
    const parsed = form.test(value) ? Number(value) : NaN;
    if (parsed >= min && parsed <= max) return parsed;
    problem(name, `It must be a ${form === digits ? 'whole ' : ''}number from ${min} to ${max}.`);
    return otherwise;
  }
  const digits = /^\d+$/;
  const whole = (name: string, otherwise: number, min: number, max = Number.MAX_SAFE_INTEGER): number =>
    number(name, otherwise, min, max, digits);
  return { problems, problem, text, account, list, choice, number, whole };
}
