import type { AppFunction, FunctionCatalog } from '../functions';
import { json, type Reply, type WebRequest } from '../http/reply';

interface GridEvent {
  /** Event Grid's own schema; CloudEvents say `type`. */
  eventType?: string;
  type?: string;
  subject?: string;
  data?: { validationCode?: string };
}

const blobSubject = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s;

/** The webhook of blob triggers with source EventGrid: `?functionName=Host.Functions.<name>`. */
export function handleBlobEvents(
  { method, query, headers, body }: WebRequest,
  catalog: FunctionCatalog,
  accept: (target: AppFunction, container: string, blob: string) => void,
): Reply {
  const name = /^Host\.Functions\.(.+)$/.exec(query.get('functionName') ?? '')?.[1];
  const target = catalog.find('blobTrigger', name ?? '');
  if (!target) return { status: 404 };
  if (method !== 'POST') return { status: 400 };
  const parsed = parse(body);
  if (!parsed) return json(400, 'The body is not an event or a list of events.');
  if (headers['aeg-event-type'] === 'SubscriptionValidation')
    return json(200, { validationResponse: parsed[0]?.data?.validationCode });
  for (const event of parsed) {
    const [, container, blob] = blobSubject.exec(event.subject ?? '') ?? [];
    const isCreated = (event.eventType ?? event.type) === 'Microsoft.Storage.BlobCreated';
    if (isCreated && container !== undefined && blob !== undefined) accept(target, container, blob);
  }
  return { status: 202 };
}

function parse(body: Uint8Array): GridEvent[] | undefined {
  try {
    const value = JSON.parse(Buffer.from(body).toString()) as unknown;
    return (Array.isArray(value) ? value : [value]) as GridEvent[];
  } catch {
    return undefined;
  }
}
