import type { Operation } from './faults';
import type { Wire } from './service';

const minute = 60_000;
/** An upload asks its mailbox at most so often in a minute. */
const mostAsks = 30;
/** A step may be overdue for so long at most. */
const mostOverdueMs = 30 * minute;
const rowLimit = 300;

/** Watches how uploads go on: what must not happen on the way, whatever the end. */
export class Conduct {
  readonly wrong = new Set<string>();
  /** Orchestrations that stood still until the watch ended them. */
  readonly overdue = new Set<string>();
  /** Uploads with a commit whose answer was not clear, and that have not searched the item since. */
  private readonly unclear = new Set<string>();
  private readonly asks = new Map<string, number[]>();
  /** When an upload was last told of a true list of the item, and of the true content of what is its own. */
  private readonly seen = new Map<string, number>();
  /** The same of the step that is under way: whoever performs it may die before it answers. */
  private readonly seeing = new Map<string, Map<string, number>>();
  private readonly sentAt = new Map<string, number>();
  mostAsksInAMinute = 0;
  mostRows = 0;

  begins(by: string): void {
    this.seeing.delete(by);
  }
  sees(by: string, what: 'list' | 'value', now: number): void {
    this.seeing.set(by, new Map([...(this.seeing.get(by) ?? []), [`${by} ${what}`, now]]));
  }
  /** The machine has heard the answer of its step. */
  isTold(by: string): void {
    for (const [what, at] of this.seeing.get(by) ?? []) this.seen.set(what, at);
  }
  hasSeen = (by: string, what: 'list' | 'value', from: number): boolean =>
    (this.seen.get(`${by} ${what}`) ?? -Infinity) >= from;
  lastSentAt = (by: string): number => this.sentAt.get(by) ?? 0;

  /** A POST or a last range begins. */
  sends(by: string, now: number): void {
    this.sentAt.set(by, now);
    if (this.unclear.has(by)) this.wrong.add(`${by}: sent again without a search`);
    this.unclear.add(by);
  }
  /** An upload has heard the answer of a call. */
  hears(by: string, operation: Operation, wire: Wire): void {
    if (operation === 'list' && wire.kind === 'reply' && wire.status === 200) this.unclear.delete(by);
    if ((operation === 'post' || operation === 'put') && isClear(operation, wire)) this.unclear.delete(by);
  }

  /** An upload calls its mailbox. */
  asksMailbox(by: string, now: number): void {
    const asks = (this.asks.get(by) ?? []).filter((at) => now - at < minute);
    this.asks.set(by, [...asks, now]);
    this.mostAsksInAMinute = Math.max(this.mostAsksInAMinute, asks.length + 1);
    if (asks.length + 1 > mostAsks) this.wrong.add(`${by}: asked its mailbox ${mostAsks} times in a minute`);
  }

  /** A custom status as the watch finds it. */
  shows(by: string, status: unknown, now: number): void {
    const { dueAt } = (status ?? {}) as { dueAt?: number };
    if (dueAt !== undefined && now - dueAt > mostOverdueMs) this.overdue.add(`${by}: its step was due 30 min ago`);
  }

  rows(rows: number): void {
    this.mostRows = Math.max(this.mostRows, rows);
    if (rows > rowLimit) this.wrong.add(`a history of more than ${rowLimit} rows`);
  }
}

const mayPass = /Busy|Throttl|Concurrency|Move|Unavailable|Timeout|Internal|transient/i;

/** Whether the answer to a commit leaves no doubt: it attached, or was refused for good, or the service names what it misses. */
function isClear(operation: 'post' | 'put', wire: Wire): boolean {
  if (wire.kind !== 'reply') return false;
  const { status, json } = wire;
  const body = json as { id?: string; nextExpectedRanges?: unknown[]; error?: { code: string } } | undefined;
  if (operation === 'post' && status === 201) return body?.id !== undefined;
  if (operation === 'put' && status < 300) return status === 201 || (body?.nextExpectedRanges?.length ?? 0) > 0;
  if (status === 413 || status === 416 || status === 405) return true;
  // Graph looks at the token before anything else; the upload host's 401 is an incident (docs/outlook-facts.md#token)
  if (status === 404 || status === 401) return operation === 'post';
  return (status === 400 || status === 403) && body?.error !== undefined && !mayPass.test(body.error.code);
}
