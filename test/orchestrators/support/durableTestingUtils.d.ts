/** The replay executor that durable-functions 3.5.0 ships without typings (it has no `exports` map, so deep imports work). */
declare module 'durable-functions/lib/src/util/testingUtils' {
  import type { EntityHandler, OrchestrationHandler } from 'durable-functions';

  export class DummyOrchestrationContext {
    df: unknown;
  }
  export class DummyEntityContext {
    df: unknown;
  }
  /** Replays the trigger's history; the answer holds all actions since the start. Throws with the state when it failed. */
  export function createOrchestrator(
    handler: OrchestrationHandler,
  ): (trigger: unknown, context: DummyOrchestrationContext) => Promise<unknown>;
  export function createEntityFunction<T>(
    handler: EntityHandler<T>,
  ): (trigger: unknown, context: DummyEntityContext) => Promise<unknown>;
}
