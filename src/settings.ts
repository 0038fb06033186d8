import { isNamed, readStorageAccount, SettingProblem, StorageAccount } from './storageAccount';

/** The app's settings (contract.md section 2, docs/settings.md), read here and nowhere else. */
export interface Settings {
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
  readonly sendEnabled: boolean;
  readonly uploadUrlKeys: string; // secret: comma-separated base64, the first seals
  readonly rangeSizeBytes: number;
  readonly smallAttachmentLimitBytes: number;
  readonly maxAttachmentBytes: number;
  readonly messageSizeLimitBytes: number;
  readonly mailboxConcurrency: number;
  readonly mailboxBytesPer5Min: number;
  readonly settleMs: number;
  readonly deadlineMs: number;
  readonly retentionMs: number;
  readonly nylasApiKeys: readonly NylasApiKey[];
  readonly outboxTriggerSource: 'LogsAndContainerScan' | 'EventGrid';
  readonly webhookSecrets: readonly string[]; // secret; the first signs
  readonly allowedCallbackHosts: readonly string[];
}
export interface NylasApiKey {
  readonly key: string; // secret
  /** Patterns of the mailboxes it may use; undefined: all that ALLOWED_MAILBOXES allows. */
  readonly mailboxes?: readonly string[];
}
export type { SettingProblem };

const MiB = 1024 * 1024;
const hosts = 'outlook.office.com,outlook.office365.com,*.outlook.office.com,*.outlook.office365.com';
const hostPattern = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$|^\[::1\]$/i;
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
    storage,
    source: ownSource ? read.account('SourceStorage', ['blob']) : storage,
    graph,
    allowedMailboxes: read.list('ALLOWED_MAILBOXES', graph.loopback ? '*' : undefined),
    allowedContainers: read.list('ALLOWED_CONTAINERS', 'uploads,outbox', containerPattern, 'a container name'),
    sendEnabled: read.choice('SEND_ENABLED', ['false', 'true'], graph.loopback ? 'true' : 'false') === 'true',
    uploadUrlKeys: read
      .list('UPLOAD_URL_KEY', undefined, isKey, 'base64 of 32 bytes (openssl rand -base64 32)')
      .join(','),
    rangeSizeBytes: read.whole('RANGE_SIZE', 3_932_160, 1, 4 * MiB),
    smallAttachmentLimitBytes: read.whole('SMALL_ATTACHMENT_LIMIT', 3 * MiB, 0, 150 * MiB),
    maxAttachmentBytes: read.whole('MAX_ATTACHMENT_SIZE', 150 * MiB, 1, 150 * MiB),
    messageSizeLimitBytes: read.whole('MESSAGE_SIZE_LIMIT', 35 * MiB, 1),
    mailboxConcurrency: read.whole('MAILBOX_CONCURRENCY', 4, 1, 1000),
    mailboxBytesPer5Min: read.whole('MAILBOX_BYTES_PER_5_MIN', 150 * MiB, 1),
    settleMs: 1000 * read.number('SETTLE_SECONDS', 60, 0, 86_400),
    deadlineMs: 3_600_000 * read.number('DEADLINE_HOURS', 24, 0.0001, 720),
    retentionMs: 86_400_000 * read.number('RETENTION_DAYS', 30, 0, 3650),
    nylasApiKeys: read
      .list(
        'NYLAS_API_KEYS',
        '',
        isNylasKey,
        'a key, or key=pattern|pattern with nothing empty (a key ends in = only as base64 does)',
      )
      .map(parseNylasKey),
    outboxTriggerSource: read.choice(
      'OUTBOX_TRIGGER_SOURCE',
      ['LogsAndContainerScan', 'EventGrid'],
      'LogsAndContainerScan',
    ),
    webhookSecrets: read.list(
      'WEBHOOK_SECRETS',
      '',
      /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
      'whsec_ and base64 of 24 bytes or more',
    ),
    allowedCallbackHosts: read.list('ALLOWED_CALLBACK_HOSTS', '', hostPattern, 'a host, or *.suffix'),
  };
  return { settings, problems: read.problems };
}

/** The environment as it is now, read by src/dependencies.ts once. */
export const readEnvironment = (): ReturnType<typeof readSettings> => readSettings(process.env);

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
    uploadHosts: read.list('UPLOAD_HOSTS', hosts, hostPattern, 'a host, or *.suffix'),
  };
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
