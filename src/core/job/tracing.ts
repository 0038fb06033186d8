import type { LogLine } from './log';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** One step of a job. */
export interface JobSpan {
  /** The upload's or delivery's. All spans of one job are one trace, whichever process works on it. */
  readonly id: string;
  readonly name: string;
  readonly attributes: SpanAttributes;
}

/** Spans of jobs. They hold ids, codes and numbers, and of requests the host alone: no URL, no name of a person or a file. */
export interface Tracing {
  /** Does the work within a span. `told`: what its outcome adds. */
  step<T>(span: JobSpan, work: () => Promise<T>, told: (done: T) => SpanAttributes): Promise<T>;
  /** The root of a job's trace, from its acceptance (ms) to its end. */
  ended(id: string, line: LogLine, from: number, to: number): void;
}

export const noTracing: Tracing = { step: (_span, work) => work(), ended: () => undefined };
