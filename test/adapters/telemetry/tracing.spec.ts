import { createServer, get, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { exportingHarmless } from '../../../src/adapters/telemetry/harmless';
import { openTracing } from '../../../src/adapters/telemetry/tracing';
import { readTelemetry } from '../../../src/settings';

/** Marked, so that it is found wherever it comes out. */
const mark = 'SECRETMARK';
const id = '0190-upload';
let exported: InMemorySpanExporter;
let tracing: ReturnType<typeof openTracing>;
let server: Server;
let origin: string;
beforeEach(async () => {
  exported = new InMemorySpanExporter();
  tracing = openTracing([new SimpleSpanProcessor(exportingHarmless(exported))]);
  server = createServer((request, response) => {
    if (request.url?.includes('reset')) request.socket.destroy();
    else response.writeHead(request.url?.includes('busy') ? 503 : 200).end('ok');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await tracing.stop();
  server.closeAllConnections();
  server.close();
});

const spans = (): ReadableSpan[] => exported.getFinishedSpans();
/** Getters and all: what an exporter can read. */
const textOf = (all: readonly ReadableSpan[]): string =>
  JSON.stringify(
    all.map(({ name, attributes, events, status, resource }) => [
      name,
      attributes,
      events,
      status,
      resource.attributes,
    ]),
  );
const step = <T>(name: string, work: () => Promise<T>) =>
  tracing.step({ id, name, attributes: { uploadId: id, step: 3 } }, work, () => ({ outcome: 'accepted' }));
const put = (path: string) => fetch(`${origin}/${mark}/${path}?authtoken=${mark}`, { method: 'PUT', body: mark });
const read = (path: string) =>
  new Promise<void>((resolve, reject) => {
    get(`${origin}/${mark}/${path}?sv=1&sig=${mark}`, { agent: false }, (response) =>
      response.resume().once('end', resolve),
    ).once('error', reject);
  });

describe('spans', () => {
  it('of an upload are one trace: its steps below it, whichever process makes them', async () => {
    await step('createUploadSession', async () => undefined);
    await step('uploadRange', async () => undefined);
    tracing.ended(id, { event: 'succeeded', uploadId: id, bytes: 7 }, 1_000, 61_000);
    const [first, second, root] = spans();
    expect([root?.name, root?.parentSpanContext, root?.duration]).toEqual(['upload', undefined, [60, 0]]);
    expect(root?.attributes).toEqual({
      'blobtooutlook.event': 'succeeded',
      'blobtooutlook.uploadId': id,
      'blobtooutlook.bytes': 7,
    });
    for (const span of [first!, second!]) {
      expect(span.spanContext().traceId).toBe(root!.spanContext().traceId);
      expect(span.parentSpanContext?.spanId).toBe(root!.spanContext().spanId);
      expect(span.attributes).toEqual({
        'blobtooutlook.uploadId': id,
        'blobtooutlook.step': 3,
        'blobtooutlook.outcome': 'accepted',
      });
    }
    expect(new Set(spans().map((span) => span.spanContext().spanId)).size).toBe(3);
  });

  it('of requests within a step tell the host, the method and the status, and nothing else of the URL', async () => {
    await step('uploadRange', async () => {
      await (await put('range')).text();
      await (await put('busy')).text();
      await read('block');
    });
    const requests = spans().slice(0, -1);
    const common = { 'url.full': `${origin}/REDACTED`, 'url.scheme': 'http', 'server.address': '127.0.0.1' };
    expect(requests.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['PUT', { 'http.request.method': 'PUT', ...common, 'http.response.status_code': 200 }],
      ['PUT', { 'http.request.method': 'PUT', ...common, 'http.response.status_code': 503 }],
      ['GET', { 'http.request.method': 'GET', ...common, 'http.response.status_code': 200 }],
    ]);
    expect(textOf(spans())).not.toContain(mark);
  });

  it('tell that a request broke, and that a step threw, without a message', async () => {
    const broken = step('uploadRange', async () => {
      await put('reset').catch(() => undefined);
      throw new RangeError(mark);
    });
    await expect(broken).rejects.toThrow(mark);
    const [request, failed] = spans();
    expect(request?.attributes['error.type']).toBeDefined();
    expect(failed?.attributes['error.type']).toBe('RangeError');
    expect(textOf(spans())).not.toContain(mark);
  });

  it('are not made of requests outside of a step', async () => {
    await (await put('range')).text();
    expect(spans()).toEqual([]);
  });

  it('of another instrumentation lose their URLs, too', async () => {
    await step('uploadRange', async () => {
      const span = trace.getActiveSpan();
      span?.setAttributes({
        'url.full': `https://outlook.office.com/api/v2.0/${mark}?authtoken=${mark}`,
        'http.url': `not a url ${mark}`,
        'url.query': mark,
        'url.path': `/${mark}`,
        'http.target': mark,
        'http.request.header.authorization': mark,
      });
      span?.recordException(new Error(mark));
      span?.setStatus({ code: SpanStatusCode.ERROR, message: mark });
      span?.updateName(`PUT /${mark}`);
    });
    expect(spans()[0]?.name).toBe('PUT');
    expect(spans()[0]?.attributes).toMatchObject({
      'url.full': 'https://outlook.office.com/REDACTED',
      'http.url': 'REDACTED',
    });
    expect(textOf(spans())).not.toContain(mark);
  });
});

describe('where spans go', () => {
  it.each([
    [{}, undefined],
    [{ APPLICATIONINSIGHTS_CONNECTION_STRING: '' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, { otlp: true }],
    [
      {
        APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=1',
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=c1;Authorization=AAD',
      },
      { connectionString: 'InstrumentationKey=1', clientId: 'c1', otlp: false },
    ],
  ])('%j: %j', (env, expected) => {
    expect(readTelemetry(env)).toEqual(expected);
  });
});
