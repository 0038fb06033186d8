import type { Call } from '../../src/core/wire/classify';
import { Failure, readFailure } from '../../src/core/wire/failure';
import { readClosed, readPost, readPut, readRemoved, readStatus } from '../../src/core/wire/success';
import type { WireReply } from '../../src/core/wire/reply';
import { wordsOf } from './answers';

const all: string[] = [];

/** Notes what the service did where its documentation says nothing. `app`: what the app does in either case. */
export function seen(what: string, how: string, app: string): void {
  all.push(`${what}: ${how} (the app: ${app})`);
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
  outcomes: readonly Reading[],
): void {
  seen(what, wordsOf(reply), `reads it as one of ${outcomes.join(', ')}, and goes on with each`);
  expect(outcomes).toContain(readingOf(call, reply, totalBytes));
}

export type Reading = Failure['kind'] | 'accepted' | 'attached' | 'expects' | 'closed' | 'removed';

/** What the app makes of an answer. */
export function readingOf(call: Call, reply: WireReply, totalBytes: number): Reading {
  const success =
    call === 'putRange'
      ? readPut(reply, totalBytes)
      : call === 'post'
        ? readPost(reply)
        : call === 'askSession'
          ? readStatus(reply, totalBytes)
          : call === 'closeSession'
            ? readClosed(reply)
            : call === 'remove'
              ? readRemoved(reply)
              : undefined;
  return (success ?? readFailure(call, reply, Date.now())).kind;
}

/** Prints what was seen, for the documentation to be written from. */
export function tellSeen(): void {
  if (all.length > 0) process.stdout.write(`\nSeen at the live service:\n${all.map((line) => `  ${line}\n`).join('')}`);
}
