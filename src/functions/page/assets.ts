import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page as it is served. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** dist/page beside dist/src: outside the folders whose files the host loads as functions. */
const folder = join(__dirname, '..', '..', '..', 'page');
let read: ReadonlyMap<string, Asset> | undefined;

/** The built page by file name, read once. @throws where the page was not built */
export const assets = (): ReadonlyMap<string, Asset> => (read ??= readAssets());

function readAssets(): ReadonlyMap<string, Asset> {
  return new Map(readdirSync(folder).map((name) => [name, asset(name, readFileSync(join(folder, name)))]));
}

export function asset(name: string, plain: Buffer): Asset {
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`;
  return { type: types[extname(name)] ?? 'application/octet-stream', etag, plain, gzip: gzipSync(plain, { level: 9 }) };
}
