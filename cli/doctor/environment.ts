import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectionString } from '../../local/parts/azurite';
import { keptUploadUrlKey } from '../../local/parts/dataDir';
import { failed, type Finding } from './finding';

export type Env = Readonly<Record<string, string | undefined>>;

/** The settings as the app gets them, where they are from, and what is wrong with that place. */
export interface Sources {
  readonly env: Env;
  readonly from: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Core Tools copies the Values of local.settings.json into the environment, where what is set already wins. Where no
 * storage is named at all, `npm start` is meant: its parts are found in DATA_DIR.
 */
export function settingSources(folder: string, env: Env): Sources {
  const findings: Finding[] = [];
  const file = join(folder, 'local.settings.json');
  const values = existsSync(file) ? readValues(file, findings) : undefined;
  const settings: Record<string, string | undefined> = { ...values, ...withoutEmpty(env) };
  const from = ['the environment', ...(values ? ['local.settings.json'] : [])];
  const dataDir = resolve(folder, settings['DATA_DIR'] ?? '.data');
  const namesStorage = Object.entries(settings).some(
    ([name, value]) => /^AzureWebJobsStorage(__|$)/.test(name) && value,
  );
  const ports = namesStorage ? undefined : readPorts(dataDir);
  if (ports) {
    settings['AzureWebJobsStorage'] = connectionString(ports);
    settings['GRAPH_ENDPOINT'] ??= `http://127.0.0.1:${ports.graph}`;
    settings['UPLOAD_URL_KEY'] ??= keptUploadUrlKey(dataDir);
    from.push(`npm start (${dataDir})`);
  }
  return { env: settings, from, findings };
}

const withoutEmpty = (env: Env): Env => Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));

function readValues(file: string, findings: Finding[]): Record<string, string> {
  const fix = 'See local.settings.sample.json for its form.';
  try {
    const { IsEncrypted, Values } = JSON.parse(readFileSync(file, 'utf8')) as {
      IsEncrypted?: boolean;
      Values?: unknown;
    };
    if (IsEncrypted === true) {
      findings.push(failed('local.settings.json', 'It is encrypted.', 'Run: func settings decrypt'));
      return {};
    }
    if (typeof Values !== 'object' || Values === null) throw new Error('no Values');
    return Object.fromEntries(Object.entries(Values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'It is not valid JSON.' : 'It has no "Values".';
    findings.push(failed('local.settings.json', reason, fix));
    return {};
  }
}

interface LaptopPorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
  readonly graph: number;
}

function readPorts(dataDir: string): LaptopPorts | undefined {
  try {
    const ports = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as Partial<LaptopPorts>;
    const { blob, queue, table, graph } = ports;
    return blob && queue && table && graph ? { blob, queue, table, graph } : undefined;
  } catch {
    return undefined; // npm start has not run here
  }
}
