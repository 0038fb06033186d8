/** Mailboxes that refuse: not there, in move, full, out of named properties, over their limit of a day. */
import { traitsOf } from './mailboxTraits';
import type { Operation } from './operations';
import { Refusal } from './wireErrors';
import type { World } from './world';

const DAY_MS = 24 * 60 * 60 * 1000;
const ADDS: readonly Operation[] = [
  'createSession',
  'put',
  'putLast',
  'postAttachment',
  'createMessage',
  'createReply',
  'createReplyAll',
  'createForward',
  'updateItem',
  'send',
  'reply',
];

/** Refuses what the mailbox's state does not allow; asked before anything else of a request is looked at. */
export function checkMailbox(world: World, owner: string, op: Operation): void {
  if (op === 'getUser') return; // the directory knows users whatever their mailboxes are
  const { state, fullAs } = traitsOf(world.config.mailboxes, owner);
  switch (state) {
    case 'ordinary':
      return;
    case 'notInExchangeOnline':
      throw new Refusal('mailboxNotEnabled');
    case 'moving':
      throw new Refusal('mailboxMoves');
    case 'flipping': {
      const rule = world.mailboxes.flip(owner);
      if (rule !== undefined) throw new Refusal(rule);
      return;
    }
    case 'full':
      if (ADDS.includes(op)) throw new Refusal(`mailboxFull${fullAs}`);
  }
}

/** Extended properties are named ones: a mailbox has room for so many names. */
export function checkNamedProperties(world: World, owner: string, extended: readonly unknown[]): void {
  if (extended.length > 0 && traitsOf(world.config.mailboxes, owner).namedProperties === 'exhausted')
    throw new Refusal('namedPropertiesExhausted');
}

export function checkSend(world: World, owner: string): void {
  const { sendAs, sendsPerDay, sendLimitStatus } = traitsOf(world.config.mailboxes, owner);
  if (sendAs === 'denied') throw new Refusal('sendAsDenied');
  if (sendsPerDay > 0 && world.mailboxes.sentSince(owner, world.now() - DAY_MS) >= sendsPerDay)
    throw new Refusal(`sendLimit${sendLimitStatus}`);
}
