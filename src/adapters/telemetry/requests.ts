import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { context, Span, SpanKind, SpanStatusCode, trace, Tracer } from '@opentelemetry/api';
import { hostOf } from './harmless';

/**
 * A span for each request that is made within a step: of fetch (Graph, the upload host) and of node:http (Azure's SDKs). Node itself
 * tells of them, so nothing is patched. Of the URL only scheme and host are told: the rest is a secret, or names a mailbox.
 */
export function traceRequests(tracer: Tracer): () => void {
  const open = new WeakMap<object, Span>();
  const start = (request: object, method: string, origin: string): void => {
    if (!trace.getSpan(context.active())) return; // no step, or the exporter's own request
    const { protocol, hostname } = URL.canParse(origin) ? new URL(origin) : { protocol: '', hostname: '' };
    const attributes = {
      'http.request.method': method,
      'url.full': hostOf(origin),
      'url.scheme': protocol.slice(0, -1),
      'server.address': hostname,
    };
    open.set(request, tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }));
  };
  const answered = (request: object, status: number | undefined): void => {
    const span = open.get(request);
    if (status !== undefined) span?.setAttribute('http.response.status_code', status);
    if (status !== undefined && status >= 400) span?.setStatus({ code: SpanStatusCode.ERROR });
  };
  const end = (request: object, fault?: unknown): void => {
    const span = open.get(request);
    open.delete(request);
    if (fault !== undefined) span?.setAttribute('error.type', codeOf(fault)).setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  };
  const subscriptions: readonly (readonly [string, (message: never) => void])[] = [
    ['undici:request:create', ({ request }: Undici) => start(request, request.method, String(request.origin))],
    ['undici:request:headers', ({ request, response }: Undici) => answered(request, response?.statusCode)],
    ['undici:request:trailers', ({ request }: Undici) => end(request)],
    ['undici:request:error', ({ request, error }: Undici) => end(request, error ?? 'unknown')],
    ['http.client.request.start', ({ request }: Http) => start(request, request.method, originOf(request))],
    [
      'http.client.response.finish',
      ({ request, response }: Http) => {
        answered(request, response?.statusCode);
        end(request);
      },
    ],
    ['http.client.request.error', ({ request, error }: Http) => end(request, error ?? 'unknown')],
  ];
  for (const [name, hear] of subscriptions) channel(name).subscribe(hear as (message: unknown) => void);
  return () => {
    for (const [name, hear] of subscriptions) channel(name).unsubscribe(hear as (message: unknown) => void);
  };
}

/** What Node's channels tell, as far as it is read here. */
interface Undici {
  readonly request: { readonly method: string; readonly origin: string | URL };
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}
interface Http {
  readonly request: Pick<ClientRequest, 'method' | 'protocol' | 'host' | 'getHeader'>;
  readonly response?: { readonly statusCode?: number };
  readonly error?: unknown;
}

const originOf = (request: Http['request']): string => {
  const host = request.getHeader('host');
  return `${request.protocol}//${typeof host === 'string' ? host : request.host}`;
};

const codeOf = (fault: unknown): string => {
  const { code, name } = (typeof fault === 'object' && fault !== null ? fault : {}) as {
    code?: unknown;
    name?: unknown;
  };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
};
