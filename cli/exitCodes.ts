/** What the process tells the shell. */
export const exitCode = {
  ok: 0,
  failed: 1,
  /** wrong usage: nothing was sent */
  usage: 2,
  /** it is not known whether the file is attached: a script must not simply repeat the call */
  unknown: 3,
  /** 128 + SIGINT, as shells count it */
  interrupted: 130,
} as const;

/** The command line is wrong. Its message says which part, and what is right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** It did not work, and the message says why in words for the person who asked. */
export class Failure extends Error {
  override name = 'Failure';
}

/** The person asked to stop, and nothing is under way any more. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  constructor() {
    super('Interrupted.');
  }
}

/** The most telling exit code of several files: unknown before interrupted before failed. */
export function worst(codes: readonly number[]): number {
  const order = [exitCode.unknown, exitCode.interrupted, exitCode.usage, exitCode.failed];
  return order.find((code) => codes.includes(code)) ?? exitCode.ok;
}
