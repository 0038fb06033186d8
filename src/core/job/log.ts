/** What the app's log says of jobs, for the queries and alerts in infra/: one line of JSON an event (docs/operations.md). */

export const logEvents = [
  'accepted',
  'waiting',
  'retried',
  'throttled',
  'reconciled',
  'succeeded',
  'failed',
  'unknown',
  'cancelled',
  'callbackGivenUp',
] as const;
export type LogEvent = (typeof logEvents)[number];

/** Every key is a code, a number or an id: no name of a person, a file or a host, and no URL. */
export interface LogLine {
  readonly event: LogEvent;
  readonly uploadId?: string;
  readonly deliveryId?: string;
  /** A hash of the mailbox as the request names it. */
  readonly mailbox?: string;
  readonly source?: string;
  readonly bytes?: number;
  /** From the acceptance to the end, or of the pause that the service asks for. */
  readonly durationMs?: number;
  /** Failures in a row of the same step; at an end: how often the file was sent. */
  readonly attempts?: number;
  /** What the app was doing: `putRange`, `openSession` and the like. */
  readonly call?: string;
  readonly status?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly method?: string;
  readonly verified?: boolean;
  readonly leftBehind?: boolean;
  /** Microsoft's id of the request, and ours. */
  readonly serviceRequestId?: string;
  readonly clientRequestId?: string;
}

/** All keys, in the order in which they are written. */
export const logKeys = [
  'event',
  'uploadId',
  'deliveryId',
  'mailbox',
  'source',
  'bytes',
  'durationMs',
  'attempts',
  'call',
  'status',
  'code',
  'reason',
  'method',
  'verified',
  'leftBehind',
  'serviceRequestId',
  'clientRequestId',
] as const satisfies readonly (keyof LogLine)[];

/** Ids, hashes and codes look like this. Anything else may be what must not be told, and is left out. */
const harmless = /^[\w.-]{1,128}$/;

/** The line as it is logged. Keys that it does not know, and texts that are no code, stay out. */
export function printLine(line: LogLine): string {
  const told = logKeys.flatMap((key) => {
    const value = line[key];
    const isTold = typeof value === 'string' ? harmless.test(value) : value !== undefined;
    return isTold ? [[key, value] as const] : [];
  });
  return JSON.stringify(Object.fromEntries(told));
}
