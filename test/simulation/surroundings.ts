import type { UploadMachine } from '../../src/core/upload/machine/decide';
import type { MemoryHost } from '../orchestrators/support/memoryHost';
import type { VirtualClock } from '../orchestrators/support/virtualClock';
import type { Mistake } from './app';
import type { Conduct } from './conduct';
import type { BlobModel, RecordsModel, SecretBoxModel } from './fakes';
import type { FaultLog } from './faults';
import type { ServiceModel } from './service';

/** What the app's process meets: the parts of a world that stand outside the orchestrations. */
export interface Surroundings {
  readonly clock: VirtualClock;
  readonly service: ServiceModel;
  readonly records: RecordsModel;
  readonly secrets: SecretBoxModel;
  readonly host: MemoryHost;
  readonly conduct: Conduct;
  readonly blob: BlobModel;
  readonly bytes: Uint8Array;
  readonly faults: FaultLog;
  readonly mistake: Mistake;
  /** The machine of the version that is deployed now. */
  readonly machine: UploadMachine;
}
