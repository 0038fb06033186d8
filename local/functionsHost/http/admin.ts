import type { AppFunction, FunctionCatalog } from '../functions';
import { json, type Reply, type WebRequest } from './reply';

/** Runs a function that is neither HTTP nor Durable, by hand. Settles when a timer's run has ended, at once for a blob. */
export type RunByHand = (target: AppFunction, input: string) => Promise<void>;

/** `/admin/host/status` and `/restart`, `/admin/functions`, `/admin/functions/{name}`; here alone: `/admin/host/durableState`. */
export class Admin {
  private readonly startedAt = Date.now();

  constructor(
    private readonly hostId: string,
    private readonly catalog: () => FunctionCatalog,
    private readonly runByHand: RunByHand,
    private readonly host: { wipe: () => void; restart: () => Promise<void> },
  ) {}

  /** @param path decoded, from `/admin` on */
  async handle({ method, body, query }: WebRequest, path: string): Promise<Reply> {
    const [, , area, name, more] = path.replace(/\/$/, '').split('/');
    if (more !== undefined) return { status: 404 };
    if (area === 'host') return this.ofHost(`${method} ${name ?? ''}`);
    if (area !== 'functions') return { status: 404 };
    if (name === undefined) return method === 'GET' ? json(200, this.catalog().all().map(describe)) : { status: 404 };
    const target = this.catalog()
      .all()
      .find((item) => item.name.toLowerCase() === name.toLowerCase());
    if (!target) return { status: 404 };
    if (method === 'GET') return json(200, describe(target));
    if (method !== 'POST') return { status: 404 };
    return this.run(target, Buffer.from(body).toString(), query.get('wait') === 'true');
  }

  private async ofHost(what: string): Promise<Reply> {
    switch (what) {
      case 'GET status':
        return json(200, this.status());
      case 'POST restart': // answered once the app is loaded again
        await this.host.restart();
        return { status: 200 };
      case 'DELETE durableState':
        this.host.wipe();
        return { status: 204 };
      default:
        return { status: 404 };
    }
  }

  /** @param waits of this host alone: answered once the run has ended */
  private async run(target: AppFunction, body: string, waits: boolean): Promise<Reply> {
    const byHand = ['timerTrigger', 'blobTrigger'].includes(target.trigger.type);
    if (!byHand) return json(400, { Message: `'${target.name}' cannot be run by hand on this host.` });
    try {
      const { input } = JSON.parse(body === '' ? '{}' : body) as { input?: unknown };
      const ended = this.runByHand(target, typeof input === 'string' ? input : '');
      if (waits || target.trigger.type !== 'timerTrigger') await ended;
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
