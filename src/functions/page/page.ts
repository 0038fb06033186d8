import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { UploadError } from '../../core/errors';
import type { Settings } from '../../settings';
import { namesETag } from '../api/conditional';
import { HttpDependencies, serve } from '../api/serve';
import { asset, Asset, assets } from './assets';

/** GET /: the page for people. It holds no data, so it wants no key; what it asks of the API does. */
export async function page(request: HttpRequest, { settings }: HttpDependencies): Promise<HttpResponseInit> {
  return reply(request, pageFor(settings), {
    'cache-control': 'no-cache',
    'content-security-policy': policy(settings),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  });
}

/** GET /assets/{file}: what the page loads, named by content, so that it is kept for good. */
export async function pageAsset(request: HttpRequest): Promise<HttpResponseInit> {
  const name = request.params['file'] ?? '';
  const found = name === 'index.html' ? undefined : assets().get(name);
  if (!found) throw new UploadError({ code: 'RouteNotFound', detail: 'The page has no such file. Load it again.' });
  return reply(request, found, { 'cache-control': 'public, max-age=31536000, immutable' });
}

function reply(
  request: HttpRequest,
  { type, etag, plain, gzip }: Asset,
  headers: Record<string, string>,
): HttpResponseInit {
  const isGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const all = {
    ...headers,
    etag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  if (namesETag(request.headers.get('if-none-match'), etag)) return { status: 304, headers: all };
  const encoding: Record<string, string> = isGzip ? { 'content-encoding': 'gzip' } : {};
  return { status: 200, headers: { ...all, 'content-type': type, ...encoding }, body: isGzip ? gzip : plain };
}

/** The page may run its own script, and speak with this app and with the blob service that takes the files. */
function policy({ source }: Settings): string {
  const storage = source.blobEndpoint === '' ? '' : ` ${new URL(source.blobEndpoint).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${storage}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

let made: { readonly key: string; readonly asset: Asset } | undefined;

/** The HTML with what the page must know of the settings. Its ETag changes with the headers, too: a 304 keeps the old ones. */
function pageFor(settings: Settings): Asset {
  const { maxAttachmentBytes, sendEnabled, signInEnabled } = settings;
  const key = [maxAttachmentBytes, sendEnabled, signInEnabled, policy(settings)].join('|');
  if (made?.key === key) return made.asset;
  const html = (assets().get('index.html')?.plain.toString() ?? '')
    .replace(/data-max-bytes="\d*"/, `data-max-bytes="${maxAttachmentBytes}"`)
    .replace(/data-send="\w*"/, `data-send="${sendEnabled}"`)
    .replace(/data-sign-in="\w*"/, `data-sign-in="${signInEnabled}"`);
  const built = asset('index.html', Buffer.from(html));
  made = { key, asset: { ...built, etag: asset('', Buffer.from(html + key)).etag } };
  return made.asset;
}

serve('page', page, { whileNotConfigured: true });
serve('pageAsset', pageAsset, { whileNotConfigured: true });
