/** CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is told of the end of an upload or delivery. `resource` is what GET gives, without its callback. */
export function cloudEvent(
  kind: 'upload' | 'delivery',
  id: string,
  source: string,
  resource: Readonly<Record<string, unknown>>,
  bytesOf: (text: string) => number,
): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source,
    type: `blobtooutlook.${kind}.${String(resource['status'])}`,
    subject: `/api/${kind === 'upload' ? 'uploads' : 'deliveries'}/${String(resource['id'])}`,
    time: String(resource['updatedAt']),
    datacontenttype: 'application/json',
    data: fitting(resource, bytesOf),
  };
}

/** Standard Webhooks keeps bodies below 20 kB: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-size */
export const mostDataBytes = 20_000;

/** The resource, without what is least missed until it fits: the link leads to the whole. */
function fitting(
  resource: Readonly<Record<string, unknown>>,
  bytesOf: (text: string) => number,
): Record<string, unknown> {
  let data: Record<string, unknown> = { ...resource };
  for (const shorten of shorter) {
    if (bytesOf(JSON.stringify(data)) <= mostDataBytes) return data;
    data = shorten(data);
  }
  return data;
}

const without =
  (...names: string[]) =>
  (json: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
const only =
  (...names: string[]) =>
  (json: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(json).filter(([name]) => names.includes(name)));
const eachUpload =
  (change: (json: Record<string, unknown>) => Record<string, unknown>) =>
  (json: Record<string, unknown>): Record<string, unknown> =>
    Array.isArray(json['uploads'])
      ? { ...json, uploads: json['uploads'].map((upload: Record<string, unknown>) => change(upload)) }
      : json;

const shorter: readonly ((json: Record<string, unknown>) => Record<string, unknown>)[] = [
  eachUpload(without('timeline')),
  without('timeline'),
  eachUpload(only('id', 'status', 'name', 'attachment', 'error')),
  eachUpload(only('id', 'status')),
  without('warnings'),
  only(
    'id',
    'status',
    'item',
    'blob',
    'name',
    'size',
    'sent',
    'reference',
    'source',
    'createdAt',
    'updatedAt',
    'links',
  ),
  only('id', 'status', 'updatedAt', 'links'),
];
