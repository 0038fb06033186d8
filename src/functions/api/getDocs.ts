import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import etagOf from 'etag';
import { namesETag } from './conditional';
import { docsPage, docsPolicy } from './docsPage';
import { openapiDocument } from './openapi';
import { serve } from './serve';

let made: { readonly body: string; readonly etag: string } | undefined;

function page(): { readonly body: string; readonly etag: string } {
  if (made) return made;
  const body = docsPage(openapiDocument());
  return (made = { body, etag: etagOf(body) });
}

/** GET /api/docs: the OpenAPI document for people, without any script. */
export async function getDocs(request: HttpRequest): Promise<HttpResponseInit> {
  const { body, etag } = page();
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': docsPolicy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
    etag,
  };
  return namesETag(request.headers.get('if-none-match'), etag)
    ? { status: 304, headers }
    : { status: 200, headers, body };
}

serve('getDocs', getDocs, { whileNotConfigured: true });
