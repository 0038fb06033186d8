/**
 * The path of a request as the real host's routes see it: decoded once, except %2F, which stays, and what is no UTF-8;
 * `.` and `..` resolved after that. undefined: not a path at all (a NUL in it).
 */
export function routePath(url: string): string | undefined {
  const raw = url.split('?', 1)[0] ?? '/';
  const path = raw.replace(/(?:%(?!2f)[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
  if (path.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.length = Math.max(1, parts.length - 1);
    else if (part !== '.') parts.push(part);
  }
  return parts.length < 2 ? '/' : parts.join('/');
}

/** `req.url` as the app sees it: from the decoded path (so `%40` is `@`), encoded again only where a URL must be. */
export function appUrl(origin: string, path: string, url: string): string {
  const encoded = path
    .split(/(%[0-9a-f]{2})/i)
    .map((part, index) => (index % 2 === 1 ? part : encodeURI(part).replaceAll('?', '%3F').replaceAll('#', '%23')))
    .join('');
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  return origin + encoded + query;
}
