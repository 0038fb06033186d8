import { HttpRequest, InvocationContext } from '@azure/functions';
import type { HttpMethod, HttpResponseInit } from '@azure/functions';
import { program } from '../../../src/app/access/caller';
import type { BlobHead, BlobSource } from '../../../src/core/blob';
import type { Instances, InstanceStatus } from '../../../src/core/job/ports';
import type { UploadRecords } from '../../../src/core/upload/ports';
import type { LiveStatus } from '../../../src/core/upload/resource';
import type { HttpDependencies } from '../../../src/functions/api/serve';
import { readSettings, Settings } from '../../../src/settings';
import { idSource, startOfTime } from './sampleRecord';
import { memoryDocuments } from './memoryNylas';
import { memoryRecords } from './memoryRecords';
import { memoryResources } from './memoryResources';

export const goodEnvironment = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  GRAPH_ENDPOINT: 'http://127.0.0.1:9000',
  ALLOWED_MAILBOXES: '*@contoso.com,me,groups/*',
  UPLOAD_URL_KEY: Buffer.alloc(32, 7).toString('base64'),
};

/** The app's surroundings in memory: a clock that only sleep moves, blobs by name, instances that just stand there. */
export function world(changes: Partial<Settings> = {}) {
  let now = startOfTime;
  const blobs = new Map<string, BlobHead>();
  const instances = new Map<string, InstanceStatus>();
  const started: string[] = [];
  const raised: string[] = [];
  const swept: string[] = [];
  const signalled: [target: string, operation: string, input: unknown][] = [];
  const onSleep: (() => void | Promise<void>)[] = [];
  const records = memoryRecords();
  const resources = memoryResources(() => now);
  const fakeInstances: Instances = {
    start: async (_name, id) => {
      started.push(id);
      if (!instances.has(id)) instances.set(id, { runtimeStatus: 'Pending', customStatus: null, createdAt: now });
    },
    raise: async (id, event) => void raised.push(`${event} ${id}`),
    status: async (id) => instances.get(id),
    terminate: async (id) =>
      void instances.set(id, { runtimeStatus: 'Terminated', customStatus: null, createdAt: now }),
    purge: async (id) => void instances.delete(id),
    signalEntity: async (name, key, operation, input) => void signalled.push([`@${name}@${key}`, operation, input]),
    sweepEntity: async (name, key) => (swept.push(`${name} ${key}`), 'done'),
  };
  const deps: Pick<
    HttpDependencies,
    | 'settings'
    | 'problems'
    | 'instances'
    | 'clock'
    | 'sleep'
    | 'newId'
    | 'graphCheck'
    | 'resources'
    | 'caller'
    | 'callbacks'
    | 'secrets'
  > & {
    blobs: BlobSource;
    records: UploadRecords;
  } = {
    settings: { ...readSettings(goodEnvironment).settings, ...changes },
    problems: [],
    blobs: {
      head: async (container, name) => blobs.get(`${container}/${name}`) ?? { kind: 'missing' },
      read: async () => ({ kind: 'missing' }),
      readAhead: () => undefined,
    },
    records,
    resources,
    callbacks: { all: memoryDocuments(), open: memoryDocuments() },
    secrets: {
      seal: (secret, context) => Buffer.from(JSON.stringify([context, secret])).toString('base64'),
      open: (sealed, context) => {
        const [of, secret] = JSON.parse(Buffer.from(sealed, 'base64').toString()) as string[];
        return of === context ? secret : undefined;
      },
    },
    instances: fakeInstances,
    caller: program,
    graphCheck: async () => undefined,
    clock: () => now,
    sleep: async (ms) => {
      now += ms;
      await onSleep.shift()?.();
    },
    newId: idSource(),
  };
  return {
    deps: deps as typeof deps & HttpDependencies,
    records,
    resources,
    instances,
    started,
    raised,
    swept,
    signalled,
    onSleep,
    putBlob: (path: string, sizeBytes = 12_582_912, etag = '"0x1"') =>
      blobs.set(path, { kind: 'blob', etag, sizeBytes, contentType: 'application/pdf', metadata: {} }),
    removeBlob: (path: string) => blobs.delete(path),
    later: (ms: number) => void (now += ms),
    runs: (id: string, live: Partial<LiveStatus>) =>
      instances.set(id, {
        runtimeStatus: 'Running',
        customStatus: { status: 'running', bytesSent: 0, updatedAt: now, timeline: [], ...live },
        createdAt: startOfTime,
      }),
  };
}
export type World = ReturnType<typeof world>;

export interface Call {
  readonly method?: HttpMethod;
  readonly path?: string; // with its query
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly text?: string;
  readonly params?: Record<string, string>;
}

/** A request as the host gives it to a handler. */
export function httpRequest({
  method = 'GET',
  path = '/api/uploads',
  headers = {},
  json,
  text,
  params = {},
}: Call): HttpRequest {
  const string = text ?? (json === undefined ? undefined : JSON.stringify(json));
  const url = `http://127.0.0.1:7071${path}`;
  return new HttpRequest({
    method,
    url,
    headers: { ...(string === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    params,
    query: Object.fromEntries(new URL(url).searchParams),
    ...(string === undefined ? {} : { body: { string } }),
  });
}

export const logged: string[] = [];
export const context = new InvocationContext({
  functionName: 'spec',
  invocationId: 'invocation-1',
  logHandler: (_level, ...args) => void logged.push(args.map(String).join(' ')),
});

export const jsonOf = (response: HttpResponseInit): Record<string, unknown> =>
  (response.jsonBody ?? JSON.parse(response.body as string)) as Record<string, unknown>;
export const headersOf = (response: HttpResponseInit): Record<string, string> =>
  response.headers as Record<string, string>;
