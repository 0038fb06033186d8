import type { FunctionCatalog } from '../functions';
import { json, type Reply, type WebRequest } from '../http/reply';
import type { Outcome, TaskHub } from './hub';
import { type Instance, isFinished } from './instances';
import { type StatusOptions, statusOf } from './status';

const pageSize = 100; // of the public API; the private one gives everything at once
const tokenHeader = 'x-ms-continuation-token';

/**
 * Durable's HTTP API, private for the client library and public as a webhook
 * (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api).
 */
export class DurableEndpoints {
  constructor(
    private readonly hub: TaskHub,
    private readonly catalog: () => FunctionCatalog,
    private readonly publicOrigin: string,
  ) {}

  /** @param path below the API's root; @param isPublic the webhook, which adds links and waits with 202 */
  async handle(request: WebRequest, path: string, isPublic: boolean): Promise<Reply> {
    const [root, first, second, third] = path
      .split('/')
      .filter((part) => part !== '')
      .map((part) => decodeURIComponent(part));
    const { method } = request;
    if (root === 'orchestrators' && first !== undefined && method === 'POST')
      return this.start(request, first, second, isPublic);
    if (root === 'entities' && first !== undefined && second !== undefined) return this.entity(request, first, second);
    if (root !== 'instances') return { status: 404 };
    if (first === undefined) return method === 'GET' ? this.list(request, isPublic) : this.purgeAll(request, isPublic);
    if (second !== undefined) return this.manage(request, first, second, third);
    return method === 'DELETE' ? this.purgeOne(first) : this.status(request, first, isPublic);
  }

  private async start(request: WebRequest, name: string, id: string | undefined, isPublic: boolean): Promise<Reply> {
    const input = jsonText(request);
    if (input === null) return json(400, { Message: 'The body is not JSON.' });
    const started = await this.hub.startNew(name, id, input ?? null, request.query.get('version'));
    if ('inTheWay' in started)
      return json(409, `An Orchestration instance with the status ${started.inTheWay} already exists.`);
    const self = this.link(started.id);
    const headers = { location: self, 'retry-after': '10' };
    if (!isPublic) return json(202, { id: started.id });
    const links = { statusQueryGetUri: self, purgeHistoryDeleteUri: self };
    const posts = ['terminate', 'suspend', 'resume'].map(
      (verb) => [`${verb}PostUri`, `${self}/${verb}?reason={text}`] as const,
    );
    const body = {
      id: started.id,
      ...links,
      sendEventPostUri: `${self}/raiseEvent/{eventName}`,
      ...Object.fromEntries(posts),
    };
    return json(202, body, headers);
  }

  private status({ query }: WebRequest, id: string, isPublic: boolean): Reply {
    const instance = this.hub.instances.get(id);
    if (!instance) return json(404, `Instance '${id}' not found.`);
    const body = this.describe(instance, query);
    if (!isPublic) return json(200, body);
    if (!isFinished(instance.status)) return json(202, body, { location: this.link(id), 'retry-after': '5' });
    const asError = instance.status === 'Failed' && query.get('returnInternalServerErrorOnFailure') === 'true';
    return json(asError ? 500 : 200, body);
  }

  private list({ query, headers }: WebRequest, isPublic: boolean): Reply {
    const top = Number(query.get('top') ?? 0) || (isPublic ? pageSize : Infinity);
    const after = Buffer.from(String(headers[tokenHeader] ?? ''), 'base64url').toString();
    const found = this.hub.query({ ...filterOf(query), after, limit: top === Infinity ? -1 : top + 1 });
    const page = found.slice(0, top);
    const last = found.length > page.length ? page.at(-1) : undefined;
    const token = last && { [tokenHeader]: Buffer.from(last.id).toString('base64url') };
    return json(
      200,
      page.map((instance) => this.describe(instance, query)),
      token,
    );
  }

  private purgeOne(id: string): Reply {
    const purged = this.hub.purgeOne(id);
    if (typeof purged === 'object')
      return json(
        412,
        `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${id} has status ${purged.active}`,
      );
    return purged === 0 && !id.startsWith('@') ? { status: 404 } : json(200, { instancesDeleted: purged });
  }

  private purgeAll({ query }: WebRequest, isPublic: boolean): Reply {
    if (isPublic && !query.has('createdTimeFrom'))
      return json(400, "Please provide value for 'createdTimeFrom' parameter.");
    const count = this.hub.purge(filterOf(query));
    return count === 0 ? { status: 404 } : json(200, { instancesDeleted: count });
  }

  private manage(request: WebRequest, id: string, verb: string, event: string | undefined): Reply {
    if (request.method !== 'POST') return { status: 404 };
    const reason = request.query.get('reason') ?? '';
    switch (verb.toLowerCase()) {
      case 'raiseevent': {
        const input = jsonText(request);
        if (input === null || event === undefined) return json(400, { Message: 'Only JSON is taken as an event.' });
        return answer(this.hub.raiseEvent(id, event, input));
      }
      case 'terminate':
        return answer(this.hub.terminate(id, reason));
      case 'suspend':
        return answer(this.hub.suspend(id));
      case 'resume':
        return answer(this.hub.resume(id));
      case 'rewind':
        return json(501, 'Rewind is not supported by this host.');
      default:
        return { status: 404 };
    }
  }

  private entity(request: WebRequest, name: string, key: string): Reply {
    if (request.method === 'GET') {
      const state = this.hub.entityState(name, key);
      return state === undefined
        ? { status: 404 }
        : { status: 200, headers: { 'content-type': 'application/json' }, body: state };
    }
    const input = jsonText(request);
    if (input === null) return json(400, { Message: 'The body is not JSON.' });
    if (!this.catalog().find('entityTrigger', name)) return json(400, `The function '${name}' is not an entity.`);
    this.hub.signalEntity(name, key, request.query.get('op') ?? '', input);
    return { status: 202 };
  }

  private describe(instance: Instance, query: URLSearchParams): object {
    const flag = (name: string): boolean => query.get(name)?.toLowerCase() === 'true';
    const options: StatusOptions = {
      showInput: query.get('showInput')?.toLowerCase() !== 'false',
      showHistory: flag('showHistory'),
      showHistoryOutput: flag('showHistoryOutput'),
    };
    return statusOf(instance, options.showHistory ? this.hub.history.read(instance.id) : [], options);
  }

  private link(id: string): string {
    return `${this.publicOrigin}/runtime/webhooks/durabletask/instances/${id}`;
  }
}

function answer(outcome: Outcome): Reply {
  if (typeof outcome === 'string') return { status: { accepted: 202, finished: 410, unknown: 404 }[outcome] };
  const Message = 'Something went wrong while processing your request';
  return json(500, { Message, ExceptionMessage: outcome.refused, ExceptionType: 'System.InvalidOperationException' });
}

/** The body as JSON text; undefined when empty, null when it is not JSON. */
function jsonText({ body }: WebRequest): string | undefined | null {
  const text = Buffer.from(body).toString();
  if (text.trim() === '') return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

function filterOf(query: URLSearchParams): {
  statuses: string[];
  createdFrom: number | null;
  createdTo: number | null;
  idPrefix: string;
} {
  const time = (name: string): number | null => (query.has(name) ? Date.parse(query.get(name) ?? '') || null : null);
  return {
    statuses: (query.get('runtimeStatus') ?? '').split(',').filter((status) => status !== ''),
    createdFrom: time('createdTimeFrom'),
    createdTo: time('createdTimeTo'),
    idPrefix: query.get('instanceIdPrefix') ?? '',
  };
}
