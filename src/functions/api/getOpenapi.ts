import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import etagOf from 'etag';
import { namesETag } from './conditional';
import { openapiDocument } from './openapi';
import { serve } from './serve';

let made: { readonly body: string; readonly etag: string } | undefined;

function document(): { readonly body: string; readonly etag: string } {
  if (made) return made;
  const body = JSON.stringify(openapiDocument());
  return (made = { body, etag: etagOf(body) });
}

/** GET /api/openapi.json: what this app takes and answers, also while its settings are wrong. */
export async function getOpenapi(request: HttpRequest): Promise<HttpResponseInit> {
  const { body, etag } = document();
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag };
  return namesETag(request.headers.get('if-none-match'), etag)
    ? { status: 304, headers }
    : { status: 200, headers, body };
}

serve('getOpenapi', getOpenapi, { whileNotConfigured: true });
