import * as df from 'durable-functions';
import type { Outcome } from '../../core/outcome';
import { Item, parseItemPath } from '../../core/itemPath';
import type { UploadRequest } from '../../core/uploadRecord';
import type { Step } from '../../core/progressState';
import { dependencies, Dependencies } from '../../dependencies';
import type { StepActivity, StepInput } from '../../orchestrators/activityContract';

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

/** The item of a request that was checked at the door. */
export function itemOf(request: UploadRequest): Item {
  if (request.item === null) throw new Error(`Upload ${request.id} has no item yet: its delivery has made no draft.`);
  const parsed = parseItemPath(request.item);
  if (!parsed.ok) throw new Error(`The record of ${request.id} holds an item that is none: ${parsed.detail}`);
  return parsed.item;
}
