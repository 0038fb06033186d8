/** What an orchestrator asked for, numbered as durable-functions writes it. */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
} as const;

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

export interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  retryOptions?: RetryOptions;
  fireAt?: string;
  isCanceled?: boolean;
  externalEventName?: string;
  instanceId?: string;
  operation?: string;
  version?: string;
  compoundActions?: Action[];
}

/** What one replay of an orchestrator answers; `actions` holds everything since the start. */
export interface OrchestratorState {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  error?: string;
  customStatus?: unknown;
}

/** One thing with a sequence number that the host has to do, or has done. */
export type Scheduled =
  | { kind: 'activity'; id: number; name: string; input: string }
  | { kind: 'subOrchestration'; id: number; name: string; input: string; instanceId?: string; version?: string }
  | { kind: 'timer'; id: number; fireAt: number }
  | { kind: 'entity'; id: number; target: string; operation: string; input: string | undefined; isSignal: boolean };

/** An activity gets a string as it stands (the library has quoted it), anything else as JSON text. */
export const activityInput = (input: unknown): string =>
  typeof input === 'string' ? input : JSON.stringify(input ?? null);
