/** One thing that an orchestrator asked for, with the number that the history knows it by (events have none). */
export type Scheduled =
  | { readonly kind: 'activity'; readonly id: number; readonly name: string; readonly input: string }
  | {
      readonly kind: 'orchestration';
      readonly id: number;
      readonly name: string;
      readonly instanceId: string;
      readonly input: string;
    }
  | { readonly kind: 'timer'; readonly id: number; readonly fireAt: number; readonly isCanceled: boolean }
  | {
      readonly kind: 'entity';
      readonly id: number;
      readonly target: string;
      readonly operation: string;
      readonly input: string;
    }
  | { readonly kind: 'event'; readonly name: string }
  /** The execution ends, and another one begins under the same id with this input. */
  | { readonly kind: 'anew'; readonly input: string };

/** An action as durable-functions lists it. */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly fireAt?: string | Date;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly instanceId?: string;
  readonly operation?: string;
  readonly compoundActions?: readonly Action[];
}

/**
 * The list in the order in which the Durable extension works through it: activities, orchestrations, timers and entity calls take the
 * numbers 0, 1, 2…, here from `firstId` on. What our orchestrators have no use for is refused loudly.
 */
export function scheduledOf(actions: readonly Action[], firstId = 0): Scheduled[] {
  let nextId = firstId;
  const flat = (action: Action): Scheduled[] => {
    switch (action.actionType) {
      case 0:
        return [new ActivityCall(nextId++, action.functionName ?? '', action.input)];
      case 2: {
        const { functionName: name = '', instanceId = '', input } = action;
        return [{ kind: 'orchestration', id: nextId++, name, instanceId, input: textOf(input) }];
      }
      case 4:
        return [{ kind: 'anew', input: textOf(action.input) }];
      case 5: {
        const fireAt = new Date(action.fireAt ?? NaN).getTime();
        return [timerOf(nextId++, fireAt, action)];
      }
      case 6:
        return [{ kind: 'event', name: action.externalEventName ?? '' }];
      case 7: {
        const { instanceId = '', operation = '' } = action;
        return [{ kind: 'entity', id: nextId++, target: instanceId, operation, input: textOf(action.input) }];
      }
      case 11:
        return (action.compoundActions ?? []).flatMap(flat);
      default:
        throw new Error(`This stepper does not know action type ${action.actionType}.`);
    }
  };
  return actions.flatMap(flat);
}

/** A timer is cancelled later, if at all. */
const timerOf = (id: number, fireAt: number, action: Action): Scheduled => ({
  kind: 'timer',
  id,
  fireAt,
  get isCanceled() {
    return action.isCanceled === true;
  },
});

const textOf = (input: unknown): string => (typeof input === 'string' ? input : JSON.stringify(input ?? null));

/** The input's text is made when it is asked for: most are only replayed. */
class ActivityCall {
  readonly kind = 'activity';
  private text: string | undefined;
  constructor(
    readonly id: number,
    readonly name: string,
    private readonly given: unknown,
  ) {}
  get input(): string {
    return (this.text ??= textOf(this.given));
  }
}

/**
 * What the Durable extension compares in a replay: the kind, and the names of activities and orchestrations. Inputs, times and
 * operations of entities are not compared (durabletask#595).
 */
export const isSameKind = (a: Scheduled, b: Scheduled): boolean =>
  a.kind === b.kind && ('name' in a ? a.name : '') === ('name' in b ? b.name : '');

/** The same thing asked for again: all but a timer's cancellation, which may come later; its input only where `deeply`. */
export function isSame(a: Scheduled, b: Scheduled, deeply: boolean): boolean {
  switch (a.kind) {
    case 'activity':
      return a.kind === b.kind && a.id === b.id && a.name === b.name && (!deeply || a.input === b.input);
    case 'orchestration':
      return a.kind === b.kind && a.id === b.id && a.instanceId === b.instanceId && a.input === b.input;
    case 'entity':
      return a.kind === b.kind && a.id === b.id && a.operation === b.operation && (!deeply || a.input === b.input);
    case 'timer':
      return a.kind === b.kind && a.id === b.id && a.fireAt === b.fireAt;
    case 'event':
      return a.kind === b.kind && a.name === b.name;
    case 'anew':
      return a.kind === b.kind && (!deeply || a.input === b.input);
  }
}
