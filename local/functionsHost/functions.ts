import type { BindingInfo, FunctionMetadata, Invocation, TypedData } from './protocol';
import { Refusal } from './settings';

/** A registered function whose bindings this host knows. */
export interface AppFunction {
  name: string;
  trigger: BindingInfo;
  triggerName: string;
  /** Names of its durable client inputs. */
  clientInputs: string[];
}

export type TriggerType =
  'httpTrigger' | 'timerTrigger' | 'blobTrigger' | 'activityTrigger' | 'orchestrationTrigger' | 'entityTrigger';

const triggers: ReadonlySet<string> = new Set<TriggerType>([
  'httpTrigger',
  'timerTrigger',
  'blobTrigger',
  'activityTrigger',
  'orchestrationTrigger',
  'entityTrigger',
]);

function problemOf({ bindings, retryOptions }: FunctionMetadata): string | undefined {
  if (retryOptions) return 'a retry policy of a function';
  for (const [name, { type, direction }] of Object.entries(bindings)) {
    if (/trigger$/i.test(type) ? triggers.has(type) : direction === 'in' && type === 'durableClient') continue;
    if (direction === 'out' && type === 'http' && name === '$return') continue;
    return `the ${direction === 'in' ? 'trigger or input' : 'output'} type '${type}'`;
  }
  return undefined;
}

/** The app's functions by trigger. Names compare without case. */
export class FunctionCatalog {
  private readonly byName = new Map<string, AppFunction>();

  /**
   * @param clientInput what a durable client input is given: JSON text
   * @throws Refusal naming every function that asks for what this host does not have
   */
  constructor(
    metadata: FunctionMetadata[],
    private readonly clientInput: string,
  ) {
    const problems: string[] = [];
    for (const item of metadata) {
      const problem = problemOf(item);
      if (problem) problems.push(`function '${item.name}' asks for ${problem}, which this host does not support`);
      else this.byName.set(item.name.toLowerCase(), describe(item));
    }
    if (problems.length > 0) throw new Refusal(problems.join('; '));
  }

  all(): AppFunction[] {
    return [...this.byName.values()];
  }

  ofType(type: TriggerType): AppFunction[] {
    return this.all().filter((item) => item.trigger.type === type);
  }

  find(type: TriggerType, name: string): AppFunction | undefined {
    const found = this.byName.get(name.toLowerCase());
    return found?.trigger.type === type ? found : undefined;
  }

  /** A call of `target` with `data` as its trigger's value. */
  invocation(target: AppFunction, data: TypedData, triggerMetadata?: Record<string, TypedData>): Invocation {
    const clients = target.clientInputs.map((name) => ({ name, data: { string: this.clientInput } }));
    return {
      functionName: target.name,
      inputData: [{ name: target.triggerName, data }, ...clients],
      ...(triggerMetadata && { triggerMetadata }),
    };
  }
}

function describe({ name, bindings }: FunctionMetadata): AppFunction {
  const entries = Object.entries(bindings);
  const [triggerName, trigger] = entries.find(([, binding]) => triggers.has(binding.type)) ?? [];
  if (!trigger || triggerName === undefined) throw new Refusal(`function '${name}' has no trigger`);
  const clientInputs = entries.filter(([, binding]) => binding.type === 'durableClient').map(([input]) => input);
  return { name, trigger, triggerName, clientInputs };
}
