/** Whether a callback may go to this URL: an https URL without a user, of an allowed host; on loopback this machine, too. */
export function isAllowedAddress(text: string, allowedHosts: readonly string[], loopback: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  if (loopback && protocol === 'http:') return isThisMachine(hostname);
  return protocol === 'https:' && allowedHosts.some((pattern) => fits(hostname, pattern));
}

export const isThisMachine = (hostname: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

function fits(hostname: string, pattern: string): boolean {
  const [host, wanted] = [hostname.toLowerCase().replace(/\.$/, ''), pattern.toLowerCase()];
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}
