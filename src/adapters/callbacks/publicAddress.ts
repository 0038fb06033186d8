import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Addresses that nobody on the internet has, or that stand for others: the IANA special-purpose registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry), multicast, and Azure's own
 * (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const special: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23', // Teredo, ORCHID and their like
  '2001:db8::/32',
  '2002::/16', // 6to4: any IPv4 address
  '3fff::/20',
];
const blocked = new BlockList();
for (const range of special) {
  const [address = '', bits] = range.split('/');
  blocked.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
}
/** All of IPv6 that is given to anybody (https://www.iana.org/assignments/ipv6-address-space): the rest is special. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/** Whether an address may be that of somebody on the internet. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !blocked.check(address, 'ipv4');
  return isIPv6(address) && global.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}
