import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { faultOf, NylasError, NylasFamily } from '../../core/nylas/error';
import { Grant, parseGrant, refusalOfGrant } from '../../core/nylas/grant';
import type { NylasApiKey, Settings } from '../../settings';

/** The grant of the call, where its bearer key may use it; thrown as 401 where not, as Nylas does for each reason. */
export function authorized(request: HttpRequest, settings: Settings, family: NylasFamily): Grant {
  const key = keyOf(request.headers.get('authorization'), settings.nylasApiKeys);
  if (!key) throw unauthorized(family, 'Send Authorization: Bearer with one of the keys of NYLAS_API_KEYS.');
  const grant = parseGrant(request.params['grant'] ?? '');
  if (!grant) throw unauthorized(family, 'A grant is a mailbox here: its address or object id.');
  const delegated = settings.graph.loopback || settings.graph.identity === 'delegated';
  const refusal = refusalOfGrant(grant, settings.allowedMailboxes, key.mailboxes, delegated);
  if (refusal !== undefined) throw unauthorized(family, refusal);
  return grant;
}

/** Compares with every key in the same time, whichever it is and however much of it is right. */
function keyOf(authorization: string | null, keys: readonly NylasApiKey[]): NylasApiKey | undefined {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (given === undefined) return undefined;
  const digest = digestOf(given);
  return keys.filter(({ key }) => timingSafeEqual(digestOf(key), digest))[0];
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthorized = (family: NylasFamily, message: string): NylasError =>
  new NylasError(faultOf(401, family, message));
