import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Attributes of semantic conventions that hold a URL or its parts, past and present. */
const urls = /^(url\.full|http\.url|url\.original)$/;
const parts =
  /^(url\.(path|query|fragment|template)|http\.(target|route)|http\.(request|response)\.header\..*|db\..*)$/;
const texts = /^exception\.(message|stacktrace)$/;

/** Where a URL leads, and nothing that may be a secret: an upload URL and a SAS are secrets as a whole. */
export function hostOf(url: unknown): string {
  return typeof url === 'string' && URL.canParse(url) ? `${new URL(url).origin}/REDACTED` : 'REDACTED';
}

export function harmless(attributes: Attributes): Attributes {
  const kept = Object.entries(attributes).flatMap(([key, value]) => {
    if (parts.test(key) || texts.test(key)) return [];
    return [[key, urls.test(key) ? hostOf(value) : value] as const];
  });
  return Object.fromEntries(kept);
}

/** Exports spans without what may be a secret, also those that some other instrumentation made. */
export const exportingHarmless = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(scrubbed), done),
  shutdown: () => exporter.shutdown(),
  forceFlush: async () => exporter.forceFlush?.(),
});

/** A view of the span: it is read by its getters. */
function scrubbed(span: ReadableSpan): ReadableSpan {
  const attributes = harmless(span.attributes);
  const events = span.events.map((event) => ({ ...event, attributes: harmless(event.attributes ?? {}) }));
  const status = { code: span.status.code }; // its message may quote anything
  return Object.create(span, {
    name: { value: span.name.split(/[ /?]/)[0] },
    attributes: { value: attributes },
    events: { value: events },
    status: { value: status },
  }) as ReadableSpan;
}
