import { randomUUID } from 'node:crypto';
import {
  Client,
  Context,
  GraphClientError,
  GraphRequest as SdkRequest,
  HTTPMessageHandler,
  Middleware,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import type { WireReply } from '../../core/wire/reply';
import { TokenSource, withBearer } from './bearer';
import { blocked, Consume, download, exchange } from './exchange';
import { TimeLimits } from './timeLimit';

export type GraphVersion = 'v1.0' | 'beta';

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version, segments decoded. */
  readonly path: readonly string[];
  readonly version?: GraphVersion;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphClient {
  /** The host that the bearer may go to: scheme, host and port of the Graph root. */
  readonly origin: string;
  /** One call and its answer; never throws for what Graph or the network can show. */
  send(call: GraphCall): Promise<WireReply>;
  /** GET of a link that Graph gave (`@odata.nextLink`), taken as it is; `blocked` where it leads elsewhere. */
  follow(link: string): Promise<WireReply>;
  /** GET whose 2xx is read by `consume` as it comes: long, but never idle. */
  read<T>(call: Omit<GraphCall, 'method' | 'body'>, consume: Consume<T>): Promise<T | WireReply>;
}

export interface GraphClientOptions {
  /** `https://graph.microsoft.com`, a national cloud's, or a loopback `http:` one. */
  readonly graphRoot: string;
  readonly tokens: TokenSource;
  readonly defaultVersion?: GraphVersion;
  readonly callLimits?: TimeLimits;
  readonly readLimits?: TimeLimits;
}

const defaultCallLimits: TimeLimits = { totalMs: 100_000 };
/** Below the 230 s that a front end of Azure waits, and far below a function's own time limit (host.json, functionTimeout). */
const defaultReadLimits: TimeLimits = { totalMs: 220_000, idleMs: 100_000 };

/** Graph through its SDK, without the SDK's retries and redirects: who repeats what is decided in one place, not here. */
export function graphClient(options: GraphClientOptions): GraphClient {
  const { graphRoot, tokens, defaultVersion = 'v1.0' } = options;
  const { callLimits = defaultCallLimits, readLimits = defaultReadLimits } = options;
  const origin = new URL(graphRoot).origin;
  const client = Client.initWithMiddleware({
    baseUrl: graphRoot,
    defaultVersion,
    middleware: [new BearerHandler(tokens), new HTTPMessageHandler()],
  });
  const start = (path: string, version: string, headers: GraphCall['headers'], signal: AbortSignal): SdkRequest =>
    client
      .api(path)
      .version(version)
      .headers({ Prefer: 'IdType="ImmutableId"', ...headers })
      .options({ signal, redirect: 'manual' })
      .responseType(ResponseType.RAW);
  const call = async (what: GraphCall, signal: AbortSignal): Promise<Response> =>
    perform(start(pathOf(what), what.version ?? defaultVersion, what.headers, signal), what);
  return {
    origin,
    send: async (what) => refusalOf(what) ?? exchange(callLimits, (signal) => call(what, signal)),
    read: async (what, consume) =>
      refusalOf({ ...what, method: 'GET' }) ??
      download(readLimits, (signal) => call({ ...what, method: 'GET' }, signal), consume),
    async follow(link) {
      const target = splitLink(link, graphRoot);
      if (target === undefined) return blocked('The next page lies on another host.');
      const get = { method: 'GET', path: [] } as const;
      return exchange(callLimits, (signal) => perform(start(target.path, target.version, {}, signal), get));
    },
  };
}

/** The ten lines instead of the SDK's own handler, which sends no token to an `http:` root and none to a new cloud. */
class BearerHandler implements Middleware {
  private next: Middleware | undefined;
  constructor(private readonly tokens: TokenSource) {}

  setNext(next: Middleware): void {
    this.next = next;
  }

  async execute(context: Context): Promise<void> {
    const headers = context.options?.headers as Record<string, string>;
    try {
      context.response = await withBearer(this.tokens, async (Authorization) => {
        context.options = {
          ...context.options,
          headers: { ...headers, Authorization, 'client-request-id': randomUUID() },
        };
        await this.next?.execute(context);
        return context.response as Response;
      });
    } catch (cause) {
      // the SDK rebuilds every error but its own, and would lose what broke the connection
      throw Object.assign(new GraphClientError('no answer'), { cause });
    }
  }
}

function perform(request: SdkRequest, { method, body }: Pick<GraphCall, 'method' | 'body'>): Promise<Response> {
  switch (method) {
    case 'GET':
      return request.get() as Promise<Response>;
    case 'POST':
      return request.post(body) as Promise<Response>;
    case 'PATCH':
      return request.patch(body) as Promise<Response>;
    case 'DELETE':
      return request.delete() as Promise<Response>;
  }
}

/** A dot segment or an empty one would address something else than was meant, such as the message of an attachment. */
function refusalOf({ path }: GraphCall): WireReply | undefined {
  const bad = path.some((segment) => ['', '.', '..'].includes(segment));
  return bad ? blocked('A segment of the path is empty or made of dots.') : undefined;
}

/** Each segment and each value encoded: ids hold `=`, `/` and `+`, user names `@` and `#EXT#`. */
function pathOf({ path, query = {} }: GraphCall): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return path.map(encodeSegment).join('/') + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}

/** `$` stands for itself in a path, and `$value` is documented so. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replaceAll('%24', '$');

/**
 * A link as the SDK wants it: it cannot take a whole `http:` URL, nor a root that has a path, and an `https://` within
 * the query it would take for the host, and send our bearer there.
 */
function splitLink(link: string, graphRoot: string): { version: string; path: string } | undefined {
  if (!URL.canParse(link)) return undefined;
  const [url, root] = [new URL(link), new URL(graphRoot)];
  const base = root.pathname.replace(/\/*$/, '/');
  if (url.origin !== root.origin || url.username !== '' || !url.pathname.startsWith(base)) return undefined;
  const [version = '', ...path] = url.pathname.slice(base.length).split('/');
  return { version, path: (path.join('/') + url.search).replaceAll('https://', 'https%3A%2F%2F') };
}
