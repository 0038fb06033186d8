import { noTracing, Tracing } from '../../core/job/tracing';

let current = noTracing;

/** The tracing that was set up before the functions were loaded; none where the environment asks for none. */
export const tracing = (): Tracing => current;
export const useTracing = (made: Tracing): void => void (current = made);
