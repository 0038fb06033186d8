import type { AccessToken, TokenCredential } from '@azure/identity';
import type { TokenSource } from './bearer';

export interface TokenSourceOptions {
  /** Scheme and host of the Graph root: the token's audience. */
  readonly graphRoot: string;
  /** Development: the bearer is `local`, and no identity service is asked. */
  readonly loopback: boolean;
  readonly credential?: TokenCredential;
}

/** Loaded when an identity is first needed: it is a quarter of the modules that the app loads, and local commands need none. */
const identitySdk = (): typeof import('@azure/identity') =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- at its first use, and within a function that does not wait
  require('@azure/identity') as typeof import('@azure/identity');

/** A token is renewed when it has this little time left. */
const renewBeforeMs = 5 * 60_000;

/**
 * Bearer tokens for Graph from the app's identity, kept until shortly before they expire; calls that come together ask
 * once. A refresh asks the identity again, which may answer from a cache of its own. Throws what the identity throws.
 */
export function tokenSource({ graphRoot, loopback, credential }: TokenSourceOptions): TokenSource {
  if (loopback) return () => Promise.resolve('local');
  const scope = `${new URL(graphRoot).origin}/.default`;
  let identity = credential;
  let kept: AccessToken | undefined;
  let asking: Promise<AccessToken> | undefined;

  const ask = async (): Promise<AccessToken> => {
    identity ??= credentialOf({ managed: false });
    const fresh = await identity.getToken(scope);
    if (!fresh) throw new Error('The identity gave no token.');
    kept = fresh;
    return fresh;
  };
  return async (options) => {
    if (!options?.refresh && kept && kept.expiresOnTimestamp - renewBeforeMs > Date.now()) return kept.token;
    asking ??= ask().finally(() => (asking = undefined));
    return (await asking).token;
  };
}

/** The identity of a connection: the managed one that it names, or whatever this machine is signed in as. */
export function credentialOf({ managed, clientId }: { managed: boolean; clientId?: string }): TokenCredential {
  const { DefaultAzureCredential, ManagedIdentityCredential } = identitySdk();
  if (!managed) return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
