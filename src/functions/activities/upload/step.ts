import * as df from 'durable-functions';
import type { Outcome } from '../../../core/upload/machine/outcome';
import type { UploadRequest } from '../../../core/upload/record';
import type { Step } from '../../../core/upload/machine/progressState';
import { dependencies, Dependencies } from '../../../dependencies';
import type { StepActivity, StepInput } from '../../../orchestrators/contract';

/** What a step's activity gets: its own step, the upload's request, the execution that asks. */
export interface StepCall<K extends StepActivity> {
  readonly request: UploadRequest;
  readonly execution: string;
  readonly step: Extract<Step, { do: K }>;
}

/** Registers a step. With wrong settings it does nothing and says so: the orchestrator waits. */
export function stepActivity<K extends StepActivity>(
  name: K,
  run: (call: StepCall<K>, deps: Dependencies) => Promise<Outcome>,
): void {
  df.app.activity(name, {
    handler: async (input: StepInput): Promise<Outcome> => {
      const deps = dependencies();
      return deps.problems.length > 0 ? { kind: 'notReady' } : run(input as StepCall<K>, deps);
    },
  });
}
