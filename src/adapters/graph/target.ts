import type { WireReply } from '../../core/wire/reply';
import { blocked } from './exchange';

/** What a call asks for: segments decoded, values as they are. */
interface Address {
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
}
/** A path below the version, encoded. */
export interface Target {
  readonly path: string;
  readonly version: string;
}

/** A dot segment or an empty one would address something else than was meant, such as the message of an attachment. */
export function refusalOf({ path }: Pick<Address, 'path'>): WireReply | undefined {
  const bad = path.some((segment) => ['', '.', '..'].includes(segment));
  return bad ? blocked('A segment of the path is empty or made of dots.') : undefined;
}

/** Each segment and each value encoded: ids hold `=`, `/` and `+`, user names `@` and `#EXT#`. */
export function pathOf({ path, query = {} }: Address): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return path.map(encodeSegment).join('/') + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}

/** `$` stands for itself in a path, and `$value` is documented so. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replaceAll('%24', '$');

/**
 * A link as the SDK wants it: it cannot take a whole `http:` URL, nor a root that has a path, and an `https://` within
 * the query it would take for the host, and send our bearer there.
 */
export function splitLink(link: string, graphRoot: string): Target | undefined {
  if (!URL.canParse(link)) return undefined;
  const [url, root] = [new URL(link), new URL(graphRoot)];
  const base = root.pathname.replace(/\/*$/, '/');
  if (url.origin !== root.origin || url.username !== '' || !url.pathname.startsWith(base)) return undefined;
  const [version = '', ...path] = url.pathname.slice(base.length).split('/');
  return { version, path: (path.join('/') + url.search).replaceAll('https://', 'https%3A%2F%2F') };
}
