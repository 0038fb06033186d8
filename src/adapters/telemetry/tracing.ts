import { createHash } from 'node:crypto';
import { context, ROOT_CONTEXT, SpanContext, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, RandomIdGenerator, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { LogLine } from '../../core/job/log';
import type { SpanAttributes, Tracing } from '../../core/job/tracing';
import { traceRequests } from './requests';

/** Spans of jobs, and within them of requests. `stop` is for tests. */
export function openTracing(
  processors: SpanProcessor[],
  serviceName = 'blob-to-outlook',
): Tracing & { stop(): Promise<void> } {
  const ids = new JobIds();
  const provider = new BasicTracerProvider({
    spanProcessors: processors,
    idGenerator: ids,
    resource: resourceFromAttributes({ 'service.name': serviceName }),
  });
  const contexts = new AsyncLocalStorageContextManager();
  context.setGlobalContextManager(contexts.enable());
  const tracer = provider.getTracer('blob-to-outlook');
  const unsubscribe = traceRequests(tracer);
  return {
    async step({ id, name, attributes }, work, told) {
      const parent = trace.setSpanContext(ROOT_CONTEXT, rootOf(id));
      const span = tracer.startSpan(name, { attributes: named(attributes) }, parent);
      try {
        const done = await context.with(trace.setSpan(parent, span), work);
        span.setAttributes(named(told(done)));
        return done;
      } catch (cause) {
        span.setAttribute('error.type', cause instanceof Error ? cause.name : 'unknown');
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw cause;
      } finally {
        span.end();
      }
    },
    ended(id, line, from, to) {
      ids.next = rootOf(id);
      const { event } = line;
      const options = { root: true, startTime: new Date(from), attributes: named(attributesOf(line)) };
      const span = tracer.startSpan(line.uploadId === id ? 'upload' : 'delivery', options);
      ids.next = undefined;
      if (event === 'failed' || event === 'unknown') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(new Date(to));
    },
    async stop() {
      unsubscribe();
      context.disable();
      await provider.shutdown();
    },
  };
}

/** The ids of a job's root follow from the job's own: whoever works on it knows its parent, and it is told of at the end. */
function rootOf(id: string): SpanContext {
  const hash = createHash('sha256').update(id).digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48), traceFlags: TraceFlags.SAMPLED };
}

class JobIds extends RandomIdGenerator {
  /** Of the span that is being started, where it is a root. */
  next: SpanContext | undefined;
  override generateTraceId = (): string => this.next?.traceId ?? randomHex(16);
  override generateSpanId = (): string => this.next?.spanId ?? randomHex(8);
}
const randomHex = (bytes: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');

const named = (attributes: SpanAttributes): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`blobtooutlook.${key}`, value]));

function attributesOf(line: LogLine): SpanAttributes {
  const told = Object.entries(line).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told);
}
