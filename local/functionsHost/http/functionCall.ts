import type { HttpCookie, HttpData, TypedData } from '../protocol';
import { appUrl } from './path';
import type { Reply, WebRequest } from './reply';

/** The request as the worker gets it. Values that come twice are joined by commas, as in Azure. */
export function requestData(request: WebRequest, path: string, params: Record<string, string>): TypedData {
  const { method, url, headers, body } = request;
  const query: Record<string, string> = {};
  for (const name of new Set(request.query.keys())) query[name] = request.query.getAll(name).join(',');
  const flat = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  const http: HttpData = {
    method,
    url: appUrl(`http://${headers.host ?? 'localhost'}`, path, url),
    headers: Object.fromEntries(flat) as Record<string, string>,
    params,
    query,
    ...(body.byteLength > 0 && { body: { bytes: body } }),
  };
  return { http };
}

/** What the function answered, as a reply. */
export function replyOf(value: TypedData | null): Reply {
  const http = value?.http;
  if (!http) return { status: 204 };
  const headers: Record<string, string | string[]> = { ...http.headers };
  const cookies = (http.cookies ?? []).map(cookieText);
  const given = http.headers?.['set-cookie'];
  if (cookies.length > 0) headers['set-cookie'] = given === undefined ? cookies : [given, ...cookies];
  return { status: Number(http.statusCode), headers, body: http.body?.bytes ?? http.body?.string ?? '' };
}

const sameSites = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

function cookieText(cookie: HttpCookie): string {
  const { name, value, domain, path, expires, secure, httpOnly, maxAge, sameSite } = cookie;
  return [
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    expires && `expires=${new Date(expires.value.seconds * 1000).toUTCString()}`,
    maxAge && `max-age=${maxAge.value}`,
    domain && `domain=${domain.value}`,
    `path=${path?.value ?? '/'}`,
    secure?.value && 'secure',
    sameSite && sameSite !== 'none' && `samesite=${sameSites[sameSite].toLowerCase()}`,
    httpOnly?.value && 'httponly',
  ]
    .filter(Boolean)
    .join('; ');
}
