import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { appRoot } from '../../local/parts/paths';
import { startApp, TestApp } from '../support/app';

/** Marked, so that they are found wherever they come out. */
const mark = 'SECRETMARK';
const key = Buffer.from(`${mark}-32-bytes-long-a-b-c`.padEnd(32, 'x').slice(0, 32)).toString('base64');
const bodies: string[] = [];
const collector = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    bodies.push(Buffer.concat(parts).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
let app: TestApp;
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  app = await startApp({
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      UPLOAD_URL_KEY: key,
      NYLAS_API_KEYS: `${mark}-nylas`,
    },
  });
});
afterAll(() => {
  collector.closeAllConnections();
  collector.close();
});

interface Exported {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}
interface Span {
  readonly traceId: string;
  readonly name: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}
const spans = (): Span[] =>
  bodies.flatMap((body) =>
    (JSON.parse(body) as Exported).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)),
  );
const untilExported = async (name: string): Promise<Span> => {
  for (
    const until = Date.now() + 20_000;
    Date.now() < until;
    await new Promise((resolve) => setTimeout(resolve, 100))
  ) {
    const found = spans().find((span) => span.name === name);
    if (found) return found;
  }
  throw new Error(
    `No span ${name}: ${spans()
      .map((span) => span.name)
      .join()}`,
  );
};

describe('telemetry of the running app', () => {
  it('makes an upload one trace of its steps and requests, and tells no secret, nor does the log', async () => {
    const item = await app.outlook.createItem('users/megan@contoso.com/messages');
    const blob = await app.putBlob('uploads', `${mark}.bin`, randomBytes(5_000_000));
    await app.faults({ on: { op: 'put' }, do: { resetBefore: true } });
    const upload = await app.attach({ blob, item, reference: mark });
    expect(upload.status).toBe('succeeded');
    const root = await untilExported('upload');
    const names = spans().flatMap(({ name, traceId }) => (traceId === root.traceId ? [name] : []));
    expect(names).toEqual(
      expect.arrayContaining(['createUploadSession', 'uploadRange', 'verifyAttachment', 'PUT', 'POST', 'GET']),
    );
    const urls = spans().flatMap(({ attributes }) =>
      attributes.flatMap(({ key: name, value }) => (name === 'url.full' ? [value.stringValue ?? ''] : [])),
    );
    expect(urls.length).toBeGreaterThan(3);
    expect(urls.filter((url) => !/^http:\/\/127\.0\.0\.1:\d+\/REDACTED$/.test(url))).toEqual([]);
    const log = readFileSync(join(app.laptop.dataDir, 'functionsHost.log'), 'utf8');
    const secrets = [mark, key, 'authtoken', 'AttachmentSessions', 'sig=', 'megan@', 'Bearer', 'AccountKey'];
    for (const text of [...bodies, log]) expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('loads nothing of OpenTelemetry where nobody asks for spans', () => {
    const script = `
      const Module = require('node:module');
      const load = Module._load;
      const core = { registerFunction() {}, setProgrammingModel() {}, log() {}, Disposable: class {} };
      Module._load = (name, ...rest) => (name === '@azure/functions-core' ? core : load(name, ...rest));
      const { main } = require('./package.json');
      for (const file of require('node:fs').globSync(main).sort()) require('./' + file);
      const loaded = Object.keys(require.cache).filter((file) => /@opentelemetry.(?!api\\b)|monitor-opentelemetry/.test(file));
      process.stdout.write(JSON.stringify(loaded.map((file) => file.split('node_modules/').at(-1))), () => process.exit(0));`;
    const run = (env: Record<string, string>) =>
      JSON.parse(
        execFileSync(process.execPath, ['-e', script], {
          cwd: appRoot,
          env: { PATH: process.env['PATH'] ?? '', ...env },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) as string[];
    expect(run({})).toEqual([]);
    expect(run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }).length).toBeGreaterThan(10);
  });
});
