/** Items that are there and not found yet: https://github.com/alcionai/corso/issues/4840 tells of minutes. */
import * as z from 'zod';
import { type Operation, OPERATIONS } from './operations';
import type { Item } from './records';

/** Seconds by operation from the making of an item on; `any` is all that are not named. */
export const NotFoundFor = z.partialRecord(z.enum([...OPERATIONS, 'any']), z.number().min(0).max(86_400));
export type NotFoundFor = z.infer<typeof NotFoundFor>;

/** The times until which each operation does not find an item. */
export function hiddenUntil(seconds: NotFoundFor, now: number): Item['hiddenUntil'] {
  const times = Object.entries(seconds).map(([op, value]) => [op, now + value * 1000]);
  return times.length === 0 ? undefined : (Object.fromEntries(times) as Item['hiddenUntil']);
}

/** `putLast` falls back to `put`, everything to `any`. */
export function isHidden({ hiddenUntil: times }: Item, op: Operation, now: number): boolean {
  if (times === undefined) return false;
  const until = times[op] ?? (op === 'putLast' ? times.put : undefined) ?? times.any ?? 0;
  return now < until;
}
