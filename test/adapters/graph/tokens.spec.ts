import type { AccessToken, TokenCredential } from '@azure/identity';
import { credentialOf, tokenSource } from '../../../src/adapters/graph/tokens';

const minute = 60_000;

describe('tokenSource', () => {
  let scopes: (string | string[])[];
  let give: () => Promise<AccessToken | null>;
  const credential: TokenCredential = {
    getToken: (scope) => {
      scopes.push(scope);
      return give();
    },
  };
  const source = (graphRoot = 'https://graph.microsoft.com') => tokenSource({ graphRoot, loopback: false, credential });

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    scopes = [];
    give = async () => ({ token: `token-${scopes.length}`, expiresOnTimestamp: Date.now() + 60 * minute });
  });
  afterEach(() => jest.useRealTimers());

  it('asks for the audience of the Graph root, also in another cloud', async () => {
    await source()();
    await source('https://graph.microsoft.us/')();
    expect(scopes).toEqual(['https://graph.microsoft.com/.default', 'https://graph.microsoft.us/.default']);
  });

  it('keeps a token until 5 minutes before it expires', async () => {
    const tokens = source();
    expect(await tokens()).toBe('token-1');
    jest.setSystemTime(55 * minute - 1);
    expect(await tokens()).toBe('token-1');
    jest.setSystemTime(55 * minute);
    expect(await tokens()).toBe('token-2');
  });

  it('asks anew for a refresh, and keeps what came', async () => {
    const tokens = source();
    await tokens();
    expect(await tokens({ refresh: true })).toBe('token-2');
    expect(await tokens()).toBe('token-2');
  });

  it('asks once for calls that come together', async () => {
    const tokens = source();
    expect(await Promise.all([tokens(), tokens(), tokens({ refresh: true })])).toEqual(Array(3).fill('token-1'));
    expect(scopes).toHaveLength(1);
  });

  it('throws what the identity throws, and asks again the next time', async () => {
    const tokens = source();
    const working = give;
    give = () => Promise.reject(new Error('no identity'));
    await expect(tokens()).rejects.toThrow('no identity');
    give = async () => null;
    await expect(tokens()).rejects.toThrow('no token');
    give = working;
    expect(await tokens()).toBe('token-3');
  });

  it('keeps the token it has when a refresh fails', async () => {
    const tokens = source();
    await tokens();
    give = () => Promise.reject(new Error('down'));
    await expect(tokens({ refresh: true })).rejects.toThrow('down');
    expect(await tokens()).toBe('token-1');
  });

  it('is `local` on loopback and asks nobody', async () => {
    const tokens = tokenSource({ graphRoot: 'http://127.0.0.1:9000', loopback: true, credential });
    expect([await tokens(), await tokens({ refresh: true })]).toEqual(['local', 'local']);
    expect(scopes).toHaveLength(0);
  });
});

describe('credentialOf', () => {
  it('is the managed identity where the connection says so, else whatever the machine has', () => {
    const kind = (options: { managed: boolean; clientId?: string }) => credentialOf(options).constructor.name;
    expect(kind({ managed: true })).toBe('ManagedIdentityCredential');
    expect(kind({ managed: true, clientId: 'c' })).toBe('ManagedIdentityCredential');
    expect(kind({ managed: false })).toBe('DefaultAzureCredential');
    expect(kind({ managed: false, clientId: 'c' })).toBe('DefaultAzureCredential');
  });
});
