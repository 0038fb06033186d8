import type { HttpResponseInit } from '@azure/functions';
import { InvocationContext } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import type { DeliveryEnd, DeliveryRecord } from '../../../src/core/delivery/record';
import type { NylasFamily } from '../../../src/core/nylas/error';
import type { BlobHead, BlobSource } from '../../../src/core/blob';
import type { Dependencies } from '../../../src/dependencies';
import { guardedNylas, NylasHandler } from '../../../src/functions/nylas/nylasWire';
import type { Settings } from '../../../src/settings';
import { memoryDeliveries } from '../support/memoryDeliveries';
import { memoryNylas, memoryStaged, StagedBytes } from '../support/memoryNylas';
import { Call, httpRequest, world } from '../support/world';

export const megan = 'megan@contoso.com';
export const bearer = { authorization: 'Bearer key-of-all' };
export const keys: Settings['nylasApiKeys'] = [
  { key: 'key-of-all' },
  { key: 'key-of-sales', mailboxes: ['sales@contoso.com', 'desk-*@contoso.com'] },
];

/** The durable client is reached through `instances` only. */
const noClient: unknown = {};

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown> & { data: Record<string, unknown>; error: { type: string; message: string } };
}

/** The app's surroundings in memory with those of the facade, and calls of its handlers as the host makes them. */
export function nylasWorld(changes: Partial<Settings> = {}) {
  const base = world({ nylasApiKeys: keys, ...changes });
  const files = memoryStaged(base.deps.clock);
  const deliveries = memoryDeliveries();
  const blobs: BlobSource = { ...base.deps.blobs, head: async (_container, name) => headOf(files.all.get(name)) };
  const deps = { ...base.deps, nylas: memoryNylas(), staged: files.staged, deliveries, blobs };
  const find = (): Dependencies => ({ ...deps, instances: () => base.deps.instances });
  let invocations = 0;

  async function call(
    handler: NylasHandler,
    family: NylasFamily,
    path: string,
    { method = 'POST', grant = megan, ...rest }: Call & { grant?: string } = {},
  ): Promise<Answer> {
    const request = httpRequest({
      method,
      path: `/v3/grants/${encodeURIComponent(grant)}/${path}`,
      ...rest,
      headers: { ...bearer, ...rest.headers },
      params: { grant, ...rest.params },
    });
    const context = new InvocationContext({
      functionName: 'nylas',
      invocationId: `invocation-${++invocations}`,
      logHandler: () => undefined,
    });
    return answerOf(await guardedNylas(handler, family, find)(request, noClient as DurableClient, context));
  }
  /** What the orchestration of the one active delivery does while somebody waits. */
  async function change(what: (record: DeliveryRecord) => DeliveryRecord): Promise<void> {
    const [record] = deliveries.all().filter(({ state }) => state === 'active');
    const held = record && (await deliveries.get(record.id));
    if (held) await deliveries.replace(what(held.value), held.version);
  }
  return {
    ...base,
    deps,
    files,
    call,
    deliveries,
    drafted: (id = 'AAMkDraft=') =>
      change((record) => {
        const draft = { id, item: `users/${megan}/messages/${id}`, isMarked: true };
        return { ...record, facts: { ...record.facts, createsBegun: 1, draft } };
      }),
    ends: (end: Partial<DeliveryEnd> = {}) =>
      change((record) => {
        const item = record.facts.draft?.item ?? `users/${megan}/messages/AAMkSent=`;
        const whole = {
          status: 'succeeded' as const,
          item,
          sent: record.request.send,
          timeline: [],
          endedAt: base.deps.clock(),
        };
        return { ...record, state: end.status ?? whole.status, end: { ...whole, ...end } };
      }),
  };
}

const headOf = (staged: StagedBytes | undefined): BlobHead | { kind: 'missing' } =>
  staged?.bytes
    ? { kind: 'blob', etag: staged.etag, sizeBytes: staged.bytes.length, contentType: 'a/b', metadata: {} }
    : { kind: 'missing' };

export type NylasWorld = ReturnType<typeof nylasWorld>;

/** Every answer is JSON and has its request id in the body and in the header. */
export function answerOf(response: HttpResponseInit): Answer {
  const headers = response.headers as Record<string, string>;
  const body = JSON.parse(response.body as string) as Answer['body'];
  expect(headers['content-type']).toBe('application/json');
  expect(headers['x-request-id']).toMatch(/^invocation-\d+$/);
  expect(body['request_id']).toBe(headers['x-request-id']);
  return { status: response.status ?? 0, headers, body };
}

export const errorOf = ({ status, body }: Answer): [number, string] => [status, body.error.type];
