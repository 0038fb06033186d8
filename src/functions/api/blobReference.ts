/** A blob as a request names it: `container/name`, taken literally, or the blob's full URL, decoded once. */
export interface BlobReference {
  readonly container: string;
  readonly name: string;
}
type Parsed = { readonly ok: true; readonly blob: BlobReference } | { readonly ok: false; readonly detail: string };

const refused = (detail: string): Parsed => ({ ok: false, detail });

/**
 * `blobEndpoint` is the configured account's root. A URL of another host, port or scheme, with a user or a query is
 * refused: the app reads with its own rights and never fetches what a caller points it to. Details quote no URL.
 */
export function parseBlobReference(text: string, blobEndpoint: string): Parsed {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return literal(text);
  const url = /^([^/?#]+:\/\/[^/?#]*)(\/[^?#]*)?([?#].*)?$/s.exec(text);
  if (!url) return refused('It must be container/name, or the full URL of a blob.');
  const [, origin = '', path = '', query] = url;
  if (query !== undefined)
    return refused('The URL must end with the blob’s name: no SAS, no other query, no fragment.');
  const account = new URL(blobEndpoint);
  if (!URL.canParse(origin) || origin.includes('@') || new URL(origin).origin !== account.origin) {
    return refused(`The URL must be of the configured account, ${account.origin}, without a user.`);
  }
  const root = account.pathname.replace(/\/$/, '') + '/'; // Azurite's root holds the account's name
  if (!path.startsWith(root)) return refused('The URL is not of the configured account.');
  try {
    return literal(decodeURIComponent(path.slice(root.length)));
  } catch {
    return refused('The URL’s percent encoding is broken.');
  }
}

function literal(text: string): Parsed {
  const slash = text.indexOf('/');
  const container = text.slice(0, Math.max(slash, 0));
  const name = text.slice(slash + 1);
  if (!/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(container)) {
    return refused('It must begin with a container’s name (3 to 63 of a-z, 0-9 and single hyphens) and a slash.');
  }
  if (name === '' || name.length > 1024) return refused('The blob’s name must have 1 to 1,024 characters.');
  // of surrogate pairs: they cannot be percent-encoded
  if (/\p{Cs}/u.test(name)) return refused('The blob’s name must not hold half of a character (a lone surrogate).');
  if (/[\u0000-\u001f\u007f\\]/.test(name))
    return refused('The blob’s name must not hold control characters or backslashes.');
  if (name.split('/').some((segment) => segment === '.' || segment === '..')) {
    return refused('The blob’s name must not hold the segments . and ..');
  }
  return { ok: true, blob: { container, name } };
}
