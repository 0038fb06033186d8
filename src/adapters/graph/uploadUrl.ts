export interface UploadHosts {
  /** Hosts an upload URL may have: exact (`outlook.office.com`) or everything below one (`*.outlook.office.com`). */
  readonly hosts: readonly string[];
  /** For development: any port of this machine, also by http. */
  readonly allowLoopback: boolean;
}

/**
 * Why the service's upload URL must not be used, or undefined where it may. The URL comes from a reply: whatever host it
 * names would get the file, so only https to a listed host counts (docs/outlook-facts.md#session-url).
 * The answer never holds the URL, which is a secret, but the host.
 */
export function refusalOf(uploadUrl: string, { hosts, allowLoopback }: UploadHosts): string | undefined {
  if (!URL.canParse(uploadUrl)) return 'The service returned an upload URL that is not a valid URL.';
  const url = new URL(uploadUrl);
  if (url.username !== '' || url.password !== '') return 'The upload URL contains a user name or a password.';
  if (isLoopback(url)) return allowLoopback ? undefined : `The upload URL leads to this machine (${url.host}).`;
  if (url.protocol !== 'https:') return `The upload URL is not https but ${url.protocol}`;
  if (!hosts.some((pattern) => matches(url.host, pattern.trim().toLowerCase()))) {
    return `The host of the upload URL is not allowed: ${url.host} (UPLOAD_HOSTS).`;
  }
  return undefined;
}

const matches = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1)) : host === pattern;

function isLoopback({ protocol, hostname }: URL): boolean {
  const here = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return here && (protocol === 'http:' || protocol === 'https:');
}
