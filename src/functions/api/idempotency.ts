import type { HttpRequest } from '@azure/functions';
import type { Idempotency } from '../../app/intake/claims';
import { fingerprintOf } from '../../app/intake/fingerprint';
import { check, Checked } from './check';
import { idempotencyKey } from './schemas';

/** The call's `Idempotency-Key` in the namespace of its route, with its body's fingerprint; undefined where it has none. */
export function idempotencyOf(request: HttpRequest, scope: string, json: unknown): Checked<Idempotency | undefined> {
  const key = check(idempotencyKey, request.headers.get('idempotency-key') ?? undefined, () => 'Idempotency-Key');
  if (!key.ok || key.value === undefined) return key.ok ? { ok: true, value: undefined } : key;
  return { ok: true, value: { scope, key: key.value, fingerprint: fingerprintOf(json) } };
}
