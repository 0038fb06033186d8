import type { DeliveryRecord } from '../core/deliveryRecord';
import type { WantedDelivery } from '../core/deliveryStart';
import type { UploadSeen } from '../core/deliveryStatus';
import type { AcceptDependencies } from './acceptUpload';
import type { Idempotency } from './uploadClaims';

export interface AcceptedDelivery {
  readonly delivery: DeliveryRecord;
  readonly uploads: readonly UploadSeen[];
  /** A delivery that was there before answers this call. */
  readonly replayed: boolean;
}

/** The one way in, for every entrance. A refusal is thrown as an UploadError and leaves nothing behind. */
export async function acceptDelivery(
  wanted: WantedDelivery,
  deps: AcceptDependencies,
  idempotency?: Idempotency,
): Promise<AcceptedDelivery> {
  throw new Error(`Not written yet: ${wanted.source}, ${String(deps.clock())}, ${idempotency?.scope ?? ''}.`);
}
