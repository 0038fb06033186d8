import { randomUUID } from 'node:crypto';
import { Client, GraphClientError, GraphRequest, Middleware, ResponseType } from '@microsoft/microsoft-graph-client';
import type { WireReply } from '../../core/wire/reply';
import { TokenSource, withBearer } from './bearer';
import { blocked, Consume, download, exchange } from './exchange';
import { pathOf, refusalOf, splitLink, Target } from './target';
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
  /** The whole URL of a call: what a relative link in its answer is relative to. */
  urlOf(call: Omit<GraphCall, 'method'>): string;
  /** GET of a link that Graph gave (`@odata.nextLink`), whole and taken as it is; `blocked` where it leads elsewhere. */
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
  const perform = (
    target: Target,
    call: Pick<GraphCall, 'method' | 'body' | 'headers'>,
    sent: Sent,
    signal: AbortSignal,
  ) =>
    answerTo(
      Client.initWithMiddleware({ baseUrl: graphRoot, middleware: sendWith(tokens, sent) })
        .api(target.path)
        .version(target.version)
        .headers({ Prefer: 'IdType="ImmutableId"', ...call.headers })
        .options({ signal, redirect: 'manual' })
        .responseType(ResponseType.RAW),
      call,
    );
  const targetOf = (call: Omit<GraphCall, 'method'>): Target => ({
    path: pathOf(call),
    version: call.version ?? defaultVersion,
  });
  const send = (target: Target, call: Pick<GraphCall, 'method' | 'body' | 'headers'>): Promise<WireReply> => {
    const sent: Sent = {};
    return exchange(callLimits, (signal) => perform(target, call, sent, signal)).then((reply) => named(reply, sent));
  };
  return {
    origin,
    urlOf(call) {
      const { version, path } = targetOf(call);
      return `${graphRoot.replace(/\/+$/, '')}/${version}/${path}`;
    },
    send: async (call) => refusalOf(call) ?? send(targetOf(call), call),
    async read(call, consume) {
      const sent: Sent = {};
      const get = { method: 'GET', headers: call.headers } as const;
      const refusal = refusalOf(call);
      if (refusal) return refusal;
      const answer = await download(readLimits, (signal) => perform(targetOf(call), get, sent, signal), consume);
      return isWireReply(answer) ? named(answer, sent) : answer;
    },
    async follow(link) {
      const target = splitLink(link, graphRoot);
      return target ? send(target, { method: 'GET' }) : blocked('The next page lies on another host.');
    },
  };
}

/** The `client-request-id` of the last attempt, for Microsoft's support. */
interface Sent {
  clientRequestId?: string;
}

const named = (reply: WireReply, { clientRequestId }: Sent): WireReply =>
  clientRequestId === undefined ? reply : { ...reply, clientRequestId };

const isWireReply = (answer: unknown): answer is WireReply =>
  typeof answer === 'object' &&
  answer !== null &&
  'kind' in answer &&
  (answer.kind === 'reply' || answer.kind === 'fault');

/** The SDK's whole chain: its own handler sends no token to an `http:` root and none to a new cloud. */
const sendWith = (tokens: TokenSource, sent: Sent): Middleware => ({
  async execute(context) {
    const headers = context.options?.headers as Record<string, string>;
    try {
      context.response = await withBearer(tokens, (Authorization) => {
        sent.clientRequestId = randomUUID();
        const own = { Authorization, 'client-request-id': sent.clientRequestId };
        return fetch(context.request as string, { ...context.options, headers: { ...headers, ...own } });
      });
    } catch (cause) {
      // the SDK rebuilds every error but its own, and would lose what broke the connection
      throw Object.assign(new GraphClientError('no answer'), { cause });
    }
  },
});

function answerTo(request: GraphRequest, { method, body }: Pick<GraphCall, 'method' | 'body'>): Promise<Response> {
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
