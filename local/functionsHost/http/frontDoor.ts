import type { DurableEndpoints } from '../durable/endpoints';
import type { FunctionCatalog } from '../functions';
import { log } from '../log';
import type { Worker } from '../worker';
import type { Admin } from './admin';
import { replyOf, requestData } from './functionCall';
import type { Keys } from './keys';
import { routePath } from './path';
import type { Reply, WebRequest } from './reply';
import type { RouteTable } from './routes';

export interface FrontDoorParts {
  routes: RouteTable;
  catalog: () => FunctionCatalog;
  worker: Worker;
  keys: Keys;
  admin: Admin;
  durable: DurableEndpoints;
  /** The Event Grid webhook of blob triggers. */
  blobEvents: (request: WebRequest) => Reply;
}

const homepage: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Functions host</title><p>Your Functions app is up and running.',
};

/** Who answers a request: the host itself, a webhook, or a function. */
export class FrontDoor {
  constructor(private readonly parts: FrontDoorParts) {}

  async handle(request: WebRequest): Promise<Reply> {
    const path = routePath(request.url);
    if (path === undefined) return { status: 400 };
    const { keys, admin, durable, blobEvents } = this.parts;
    const lower = path.toLowerCase();
    if (/^\/admin\/(host|functions)(\/|$)/.test(lower))
      return keys.allows(request, 'admin') ? admin.handle(request, path) : { status: 401 };
    const webhook = /^\/runtime\/webhooks(?:\/([^/]*)|$)/.exec(lower);
    if (!webhook) return this.callFunction(request, path);
    const extension = webhook[1] ?? '';
    if (!keys.allows(request, 'admin', extension)) return { status: 401 };
    const encoded = request.url.split('?', 1)[0] ?? '';
    if (extension === 'durabletask') return durable.handle(request, encoded.split('/').slice(4).join('/'), true);
    return extension === 'blobs' ? blobEvents(request) : { status: 404 };
  }

  private async callFunction(request: WebRequest, path: string): Promise<Reply> {
    const { routes, keys, catalog, worker } = this.parts;
    const found = routes.match(request.method, path);
    if (!found) return path === '/' && request.method === 'GET' ? homepage : { status: 404 };
    const { route, params } = found;
    if (!keys.allows(request, route.authLevel)) return { status: 401 };
    try {
      const data = requestData(request, path, params);
      return replyOf(await worker.invoke(catalog().invocation(route.target, data)));
    } catch (error) {
      log('error', route.target.name, error);
      return { status: 500 };
    }
  }
}
