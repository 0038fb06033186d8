import type { Instances } from '../../core/job/ports';
import { orchestratorNames } from '../../orchestrators/contract';

/** The orchestration that tells the end of an upload or delivery. */
export const callbackInstance = (id: string): string => `${id}-callback`;

/** Starts telling the end of this upload or delivery; fine where that is under way. Its input is the id, never the URL. */
export const startCallback = (id: string, instances: Instances): Promise<void> =>
  instances.start(orchestratorNames.callback, callbackInstance(id), { id });
