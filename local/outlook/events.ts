/** Events: made, and changed in ways that their attendees are told of. */
import type { Call } from './call';
import type { CommitOptions } from './effects';
import type { Exchange } from './http';
import { answer, itemResource } from './itemResource';
import { chainFor, hidden, newItem } from './items';
import { isJson, type Json } from './json';
import type { Item, Sent } from './records';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** POST R/events (and of a calendar), and To Do's tasks: from JSON, without attachments, which Graph leaves out in silence. */
export async function createOther(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const body = await exchange.json(world.config.jsonMaxBytes);
  if (!isJson(body)) throw new Refusal('bodyInvalid', 'not an object');
  const { kind, owner } = target.path;
  if (kind === 'meeting') throw new Refusal('routeUnknown', kind);
  const props = Object.fromEntries(Object.entries(body).filter(([key]) => key.toLowerCase() !== 'attachments'));
  const commit = (options: CommitOptions) => {
    const item = newItem(world, { kind, owner, chain: chainFor(target.path), props, ...hidden(world, options) });
    return answer(world, target, 201, itemResource(world, item, target));
  };
  return { op: kind === 'event' ? 'createEvent' : 'createTask', commit };
}

/** Changes that concern the owner of the calendar alone. */
const PERSONAL = ['categories', 'importance', 'isReminderOn', 'reminderMinutesBeforeStart', 'sensitivity', 'showAs'];

/** The update that an organizer's change sends to the attendees; undefined where nobody is told. */
export function updateSent(world: World, item: Item, change: Json): Sent | undefined {
  const { attendees } = { ...item.props, ...change };
  const told = Object.keys(change).some((key) => !PERSONAL.includes(key));
  if (item.kind !== 'event' || !told || !Array.isArray(attendees) || attendees.length === 0) return undefined;
  const attachments = world.store.attachments.inGroup(item.id).map(({ name }) => name);
  return { at: world.now(), to: attendees.map(addressOf), attachments };
}

/** The address of a recipient or an attendee. */
export function addressOf(person: unknown): string {
  const { emailAddress } = isJson(person) ? person : {};
  return isJson(emailAddress) && typeof emailAddress['address'] === 'string' ? emailAddress['address'] : '?';
}
