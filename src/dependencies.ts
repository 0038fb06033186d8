import type { DurableClient } from 'durable-functions';
import { durableInstances } from './adapters/durableInstances';
import { newUploadIds } from './core/uploadId';
import type { BlobSource, Instances, UploadRecords } from './core/ports';
import { readEnvironment, SettingProblem, Settings } from './settings';

/** Everything that functions need from outside, put together once. Tests pass their own. */
export interface Dependencies {
  readonly settings: Settings;
  /** Problems of the settings: while there are any, every route answers 503 and running uploads wait. */
  readonly problems: readonly SettingProblem[];
  readonly blobs: BlobSource;
  readonly records: UploadRecords;
  instances(client: DurableClient): Instances;
  /** Whether a token for Graph can be had: undefined, or why not. Asked of the service at most every 30 s. */
  graphCheck(): Promise<string | undefined>;
  clock(): number; // ms since 1970
  sleep(ms: number): Promise<void>;
  newId(): string;
}

let built: Dependencies | undefined;
export const dependencies = (): Dependencies => (built ??= build());

function build(): Dependencies {
  const { settings, problems } = readEnvironment();
  const clock = Date.now;
  return {
    settings,
    problems,
    blobs: notWired('blobs'),
    records: notWired('records'),
    instances: durableInstances,
    graphCheck: () => Promise.resolve(undefined),
    clock,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newId: newUploadIds(clock, (size) => crypto.getRandomValues(new Uint8Array(size))),
  };
}

/** Until its adapter is wired, whoever uses it is told so. */
function notWired(name: string): BlobSource & UploadRecords {
  return new Proxy({} as BlobSource & UploadRecords, {
    get: (_target, method) => () => Promise.reject(new Error(`${name}.${String(method)} is not wired yet`)),
  });
}
