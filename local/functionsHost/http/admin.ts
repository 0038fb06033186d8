import type { AppFunction, FunctionCatalog } from '../functions';
import { json, type Reply, type WebRequest } from './reply';

/** Runs a function that is neither HTTP nor Durable, by hand. */
export type RunByHand = (target: AppFunction, input: string) => void;

/** `/admin/host/status`, `/admin/functions`, `/admin/functions/{name}`; of this host alone: DELETE `/admin/host/durableState`. */
export class Admin {
  private readonly startedAt = Date.now();

  constructor(
    private readonly hostId: string,
    private readonly catalog: () => FunctionCatalog,
    private readonly runByHand: RunByHand,
    private readonly wipeDurableState: () => void,
  ) {}

  /** @param path decoded, from `/admin` on */
  handle({ method, body }: WebRequest, path: string): Reply {
    const [, , area, name, more] = path.replace(/\/$/, '').split('/');
    if (more !== undefined) return { status: 404 };
    if (area === 'host' && name === 'status' && method === 'GET') return json(200, this.status());
    if (area === 'host' && name === 'durableState' && method === 'DELETE') {
      this.wipeDurableState();
      return { status: 204 };
    }
    if (area !== 'functions') return { status: 404 };
    if (name === undefined) return method === 'GET' ? json(200, this.catalog().all().map(describe)) : { status: 404 };
    const target = this.catalog()
      .all()
      .find((item) => item.name.toLowerCase() === name.toLowerCase());
    if (!target) return { status: 404 };
    if (method === 'GET') return json(200, describe(target));
    if (method !== 'POST') return { status: 404 };
    return this.run(target, Buffer.from(body).toString());
  }

  private run(target: AppFunction, body: string): Reply {
    const byHand = ['timerTrigger', 'blobTrigger'].includes(target.trigger.type);
    if (!byHand) return json(400, { Message: `'${target.name}' cannot be run by hand on this host.` });
    try {
      const { input } = JSON.parse(body === '' ? '{}' : body) as { input?: unknown };
      this.runByHand(target, typeof input === 'string' ? input : '');
      return { status: 202 };
    } catch (error) {
      return json(400, { Message: (error as Error).message });
    }
  }

  private status(): object {
    const processUptime = Date.now() - this.startedAt;
    return {
      id: this.hostId,
      state: 'Running',
      version: '4.1037.0.0',
      versionDetails: 'blob-to-outlook functionsHost',
      processUptime,
    };
  }
}

const describe = ({ name, trigger }: AppFunction): object => ({
  name,
  language: 'node',
  isDisabled: false,
  config: { bindings: [trigger] },
});
