import { log } from '../log';

type FunctionType = 'Orchestrator' | 'Activity' | 'Entity';

/** What Durable says of a function in its lifecycle: category `Function.{name}.User` (extension 3.19). No inputs, no outputs. */
export function trace(name: string, type: FunctionType, instance: string, what: string, level = 'information'): void {
  log(level, name, `${instance}: Function '${name} (${type})' ${what}.`);
}
