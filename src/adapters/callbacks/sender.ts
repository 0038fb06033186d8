import { lookup as systemLookup, LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP, LookupFunction } from 'node:net';
import type { Agent } from 'undici';
import type { CallbackSender } from '../../core/callback/ports';
import { isPublic } from './publicAddress';

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;
export interface SenderOptions {
  /** Development: `http:` on this machine may be called, too. */
  readonly loopback: boolean;
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
}

/** Receivers get 20 s: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#request-timeout */
const defaultTimeoutMs = 20_000;
/** More of an answer is not read: nothing in it counts. */
const mostAnswerBytes = 64 * 1024;

class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
}

/**
 * Callbacks by HTTP. A name is resolved when the connection is made, and the connection goes to the addresses that were
 * checked: nobody can change them in between. Each attempt has a connection of its own. Redirects are answers like others.
 */
export function callbackSender({
  loopback,
  timeoutMs = defaultTimeoutMs,
  resolve = systemLookup,
}: SenderOptions): CallbackSender {
  const agents = new Map<boolean, Agent>();
  /** The client is loaded with the first callback: most apps have none. */
  const clientFor = (isLocal: boolean) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what is bundled keeps no names for `import()`
    const { Agent, request } = require('undici') as typeof import('undici');
    const allows = isLocal ? (address: string): boolean => ['127.0.0.1', '::1'].includes(address) : isPublic;
    const connect = { timeout: timeoutMs, lookup: checkedLookup(resolve, allows) };
    const dispatcher = agents.get(isLocal) ?? new Agent({ pipelining: 0, connect });
    agents.set(isLocal, dispatcher);
    return { request, dispatcher };
  };
  return {
    async post(url, headers, body) {
      const { protocol, hostname } = new URL(url);
      const isLocal = loopback && protocol === 'http:';
      const address = hostname.replace(/^\[|\]$/g, '');
      // an address is not looked up, so it is checked here
      if (isIP(address) !== 0 && !(isLocal && ['127.0.0.1', '::1'].includes(address)) && !isPublic(address))
        return { kind: 'private', why: 'The host is a private address.' };
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { request, dispatcher } = clientFor(isLocal);
        const answer = await request(url, {
          method: 'POST',
          headers: { ...headers, 'user-agent': 'blob-to-outlook' },
          body,
          dispatcher,
          signal,
        });
        await answer.body.dump({ limit: mostAnswerBytes, signal }).catch(() => undefined); // the status is known
        return { kind: 'answer', status: answer.statusCode, ...timing(answer.headers) };
      } catch (cause) {
        if (cause instanceof PrivateAddress) return { kind: 'private', why: cause.message };
        return { kind: 'none', why: cause instanceof Error ? cause.name : 'unknown' };
      }
    },
  };
}

function timing(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const of = (name: string): string | undefined => [headers[name]].flat()[0];
  const [retryAfter, date] = [of('retry-after'), of('date')];
  return { ...(retryAfter === undefined ? {} : { retryAfter }), ...(date === undefined ? {} : { date }) };
}

/** All addresses of a name, or an error where one of them is not allowed: a name with two faces is not trusted. */
function checkedLookup(resolve: Resolve, allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (!first) callback(error ?? new Error('The host has no address.'), '');
      else if (!addresses.every(({ address }) => allows(address)))
        callback(new PrivateAddress('The host resolves to a private address.'), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
