import type { Api } from '../api/client';
import type { Slots } from '../staging/patience';
import type { Places } from '../staging/places';

/** What all batches of the page share. */
export interface Shared {
  readonly api: Api;
  readonly places: Places;
  /** so many blocks are on their way at once */
  readonly blocks: Slots;
  readonly files: Slots;
  keep(): void;
  announce(text: string): void;
  /** an upload or a delivery began or ended */
  moved(): void;
}
