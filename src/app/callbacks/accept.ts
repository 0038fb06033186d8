import { newCallback } from '../../core/callback/callback';
import type { Problem } from '../../core/errors';
import type { Dependencies } from '../../dependencies';
import type { Settings } from '../../settings';
import { isAllowedAddress } from './address';

/** Why a callback cannot be promised; undefined where it can. The URL is not quoted: its query may be a secret. */
export function refusalOfCallback(
  url: string,
  { webhookSecrets, allowedCallbackHosts, graph }: Pick<Settings, 'webhookSecrets' | 'allowedCallbackHosts' | 'graph'>,
): Problem | undefined {
  if (webhookSecrets.length === 0) return { code: 'CallbackNotAllowed', detail: notConfigured };
  return isAllowedAddress(url, allowedCallbackHosts, graph.loopback)
    ? undefined
    : { code: 'CallbackNotAllowed', detail: otherHost };
}

const notConfigured =
  'Callbacks are not configured here (WEBHOOK_SECRETS). Leave callbackUrl out, and ask for the state with Prefer: wait.';
const otherHost =
  'Callbacks may not go to this host (ALLOWED_CALLBACK_HOSTS). Name an https URL of an allowed host, without a user.';

export type CallbackDependencies = Pick<Dependencies, 'callbacks' | 'secrets' | 'clock'>;

/** What the URL is sealed for, so that it opens for nothing else. */
export const sealContext = (id: string): string => `${id}-callback`;

/** Keeps where the end is to be told. Before the record: who finds that one finds this. */
export async function keepCallback(
  id: string,
  kind: 'upload' | 'delivery',
  url: string,
  { callbacks, secrets, clock }: CallbackDependencies,
): Promise<void> {
  const now = clock();
  await callbacks.all.insert(id, newCallback(id, kind, secrets.seal(url, sealContext(id))), now);
  await callbacks.open.insert(id, { id, kind, at: now }, now);
}
