import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** All that the host is told: environment, host.json, local.settings.json. */
export interface HostSettings {
  port: number;
  appDir: string;
  dataDir: string;
  /** Function keys are asked for. */
  auth: boolean;
  /** Test hook: every activity runs twice, side by side. */
  runActivitiesTwice: boolean;
  /** For measurements: so long an activity waits before it runs, as in the queues of a hub in storage. */
  activityDelayMs: number;
  bodyLimitBytes: number;
  /** Where a debugger reaches the worker with the app. */
  inspectPort: number | undefined;
  routePrefix: string;
  hubName: string;
  defaultVersion: string | null;
  maxConcurrentActivities: number;
  blobParallelism: number;
  poisonBlobThreshold: number;
}

/** What the app or its configuration asks for and this host does not give: said at the start, and the start ends. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A JSON file, `{}` where there is none. */
export const readJson = (path: string): Record<string, unknown> =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as Record<string, unknown>) : {};

/** `%NAME%` is the app setting NAME, as in every binding and in host.json. */
export function resolveSettings(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new Refusal(`'%${name}%' names an app setting that is not set`);
    return value;
  });
}

/** A member of host.json by its path; an app setting `AzureFunctionsJobHost__a__b` overrides it. */
function hostValue(host: Record<string, unknown>, path: string, env: NodeJS.ProcessEnv): string | undefined {
  const override = env[`AzureFunctionsJobHost__${path.replaceAll('.', '__')}`];
  const inFile = path
    .split('.')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], host);
  const value = override ?? (inFile as string | number | undefined);
  return value === undefined ? undefined : resolveSettings(String(value), env);
}

/** The real host does not run with these outside 1-60 minutes (every function then answers 503). */
function checkVisibility(name: string, value: string | undefined): void {
  const [hours = 0, minutes = 0, seconds = 0] = (value ?? '00:05:00').split(':').map(Number);
  const total = hours * 3600 + minutes * 60 + seconds;
  if (!(total >= 60 && total <= 3600)) throw new Refusal(`host.json: ${name} must be 1 to 60 minutes, not ${value}`);
}

function inspectPort(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value);
  throw new Refusal(`INSPECT is "${value}", but a debugger's port is a number from 1 to 65535, such as 9229`);
}

/**
 * Reads everything, fills `env` from local.settings.json where it is unset (as Core Tools does), makes the data folder.
 * @throws Refusal for what the real host would not start with
 */
export function readSettings(env: NodeJS.ProcessEnv, cwd: string): HostSettings {
  const appDir = resolve(cwd, env.FUNCTIONS_APP_DIR ?? '.');
  const { Values: values = {} } = readJson(join(appDir, 'local.settings.json')) as { Values?: Record<string, string> };
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
  const dataDir = resolve(cwd, env.DATA_DIR ?? '.data');
  mkdirSync(dataDir, { recursive: true });
  const host = readJson(join(appDir, 'host.json'));
  const value = (path: string): string | undefined => hostValue(host, `extensions.${path}`, env);
  for (const name of ['controlQueueVisibilityTimeout', 'workItemQueueVisibilityTimeout'])
    checkVisibility(name, value(`durableTask.storageProvider.${name}`));
  return {
    port: Number(env.PORT ?? 7071),
    appDir,
    dataDir,
    auth: env.FUNCTIONS_HOST_AUTH === 'on',
    runActivitiesTwice: env.FUNCTIONS_HOST_RUN_ACTIVITIES_TWICE === '1',
    activityDelayMs: Number(env.FUNCTIONS_HOST_ACTIVITY_DELAY_MS ?? 0),
    inspectPort: inspectPort(env.INSPECT),
    bodyLimitBytes: Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? 100 * 1024 * 1024),
    routePrefix: value('http.routePrefix') ?? 'api',
    hubName: value('durableTask.hubName') ?? 'TestHubName',
    defaultVersion: value('durableTask.defaultVersion') ?? null,
    maxConcurrentActivities: Number(value('durableTask.maxConcurrentActivityFunctions') ?? 10),
    blobParallelism: Number(value('blobs.maxDegreeOfParallelism') ?? 8),
    poisonBlobThreshold: Number(value('blobs.poisonBlobThreshold') ?? 5),
  };
}
