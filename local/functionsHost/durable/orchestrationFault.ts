import type { Scheduled } from './actions';
import type { HistoryEvent } from './history';

/** The orchestrator asks for what is not there, or for what this host does not do: the instance fails. */
export class OrchestrationFault extends Error {
  override readonly name: string = 'OrchestrationFault';
}

/** What DurableTask.Core calls the kinds. */
const kinds = {
  activity: { told: 'an activity task', action: 'ScheduleTaskOrchestratorAction' },
  subOrchestration: { told: 'a sub-orchestration task', action: 'CreateSubOrchestrationAction' },
  timer: { told: 'a timer task', action: 'CreateTimerOrchestratorAction' },
  entity: { told: 'a send event task', action: 'SendEventOrchestratorAction' },
} as const satisfies Record<Scheduled['kind'], object>;

const changed = 'Was a change made to the orchestrator code after this instance had already started running?';

/**
 * The history holds something else than the replay asks for. The words are close to those of DurableTask.Core
 * (TaskOrchestrationContext.cs, github.com/Azure/durabletask), so that what is searched for in logs is found here, too.
 */
export class NonDeterministic extends OrchestrationFault {
  override readonly name = 'NonDeterministic';

  constructor(past: HistoryEvent, kind: Scheduled['kind'], now: Scheduled | undefined) {
    const named = past.Name === undefined || kind === 'entity' ? '' : ` and name '${past.Name}'`;
    const before = `A previous execution of this orchestration scheduled ${kinds[kind].told} with sequence ID ${past.EventId}${named}`;
    super(`Non-Deterministic workflow detected: ${before}, but ${instead(kind, now)} ${changed}`);
  }
}

function instead(kind: Scheduled['kind'], now: Scheduled | undefined): string {
  if (!now) return `the current replay execution hasn't (yet?) scheduled this task.`;
  if (now.kind !== kind || !('name' in now))
    return `the current orchestration replay instead produced a ${kinds[now.kind].action} action with this sequence number.`;
  return `the current orchestration replay instead scheduled ${kinds[kind].told} named '${now.name}' with this sequence number.`;
}
