import type { FunctionCatalog } from '../functions';
import { type Worker, WorkerExited } from '../worker';
import type { OrchestratorState } from './actions';
import { resultText } from './activities';
import type { Instance } from './instances';

/** What one replay said; `failure` is what the orchestrator threw; no state: it could not be run at all. */
export interface Answer {
  state?: OrchestratorState;
  failure?: string;
}

const outOfProcMark = '$OutOfProcData$:';

/**
 * Lets the orchestrator replay its whole history.
 * @param past the events, as JSON text, that an earlier step recorded
 * @param fresh the events of this step
 * @throws WorkerExited when the worker died meanwhile: the step is simply done again
 */
export async function callOrchestrator(
  worker: Worker,
  catalog: FunctionCatalog,
  instance: Instance,
  past: string[],
  fresh: string[],
): Promise<Answer> {
  const target = catalog.find('orchestrationTrigger', instance.name);
  if (!target)
    return {
      failure: `The function '${instance.name}' doesn't exist, is disabled, or is not an orchestrator function.`,
    };
  try {
    const value = await worker.invoke(catalog.invocation(target, { string: triggerText(instance, past, fresh) }));
    return { state: JSON.parse(resultText(value)) as OrchestratorState };
  } catch (error) {
    if (error instanceof WorkerExited) throw error;
    const { message } = error as Error;
    const mark = message.lastIndexOf(outOfProcMark);
    if (mark < 0) return { failure: message };
    const state = JSON.parse(message.slice(mark + outOfProcMark.length)) as OrchestratorState;
    return { state, failure: state.error ?? message.slice(0, mark).trim() };
  }
}

/** The trigger's value as JSON text; schema V3, the newest that the bundles are known to speak. */
function triggerText({ id, input, parent }: Instance, past: string[], fresh: string[]): string {
  const played = (isPlayed: boolean) => (event: string) => `{"IsPlayed":${isPlayed},${event.slice(1)}`;
  const history = [...past.map(played(true)), ...fresh.map(played(false))].join(',');
  const rest = JSON.stringify({
    instanceId: id,
    isReplaying: past.length > 0,
    parentInstanceId: parent,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
  return `{"history":[${history}],"input":${input ?? 'null'},${rest.slice(1)}`;
}
