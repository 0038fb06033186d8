import { type Call, readReply } from '../../src/core/wire/replies';
import type { Outcome } from '../../src/core/upload/machine/outcome';
import type { WireReply } from '../../src/core/wire/reply';
import { wordsOf } from './answers';

const all: string[] = [];

/** Notes what the service did where its documentation says nothing. */
export function seen(what: string, how: string): void {
  all.push(`${what}: ${how}`);
}

/**
 * Notes an answer that is not established, and holds the app to one thing: whatever it was, it is read as one of these
 * outcomes, with which the upload can go on.
 */
export function seenAndRead(
  what: string,
  call: Call,
  reply: WireReply,
  totalBytes: number,
  outcomes: readonly Outcome['kind'][],
): void {
  seen(what, wordsOf(reply));
  expect(outcomes).toContain(readReply(call, reply, totalBytes, Date.now()).kind);
}

/** Prints what was seen, for facts to be written from. */
export function tellSeen(): void {
  if (all.length > 0) process.stdout.write(`\nSeen at the live service:\n${all.map((line) => `  ${line}\n`).join('')}`);
}
