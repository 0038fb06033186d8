import type { EntityHandler } from 'durable-functions';
import { createEntityFunction } from 'durable-functions/lib/src/util/testingUtils';

interface EntityAnswer {
  readonly entityExists: boolean;
  readonly entityState: string;
  readonly results: readonly { readonly isError: boolean; readonly result: string }[];
}

/** Durable entities in memory on the library's own entity executor. State, input and result are JSON text. */
export class EntityStore {
  readonly states = new Map<string, string>();
  private readonly run: ReturnType<typeof createEntityFunction>;

  constructor(handler: EntityHandler<never>) {
    this.run = createEntityFunction(handler);
  }

  /** Does one operation on `@name@key`; the answer is the `Input` of the event that tells it. */
  async call(target: string, operation: string, input: string): Promise<string> {
    const [, name = '', key = ''] = /^@([^@]+)@(.*)$/s.exec(target) ?? [];
    const state = this.states.get(target);
    const batch = [{ name: operation, input, isSignal: false }];
    const trigger = { self: { name, key }, exists: state !== undefined, state, batch };
    const answer = (await this.run(trigger, { df: undefined })) as EntityAnswer;
    if (answer.entityExists) this.states.set(target, answer.entityState);
    else this.states.delete(target);
    const [first] = answer.results;
    return JSON.stringify({ result: first?.result ?? 'null', ...(first?.isError ? { exceptionType: 'Error' } : {}) });
  }
}
