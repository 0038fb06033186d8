import { createHash } from 'node:crypto';
import type { Progress } from '../../src/core/progressState';
import type { UploadRecord } from '../../src/core/uploadRecord';
import { phaseAt } from '../../local/outlook/uploadSessions';
import type { ServiceModel } from './service';

/** All that decides how a run goes on from here. */
export interface Whole {
  readonly now: number;
  readonly progress: Progress | undefined;
  readonly record: UploadRecord | undefined;
  readonly service: ServiceModel;
  /** The mailbox's pacer, as its entity keeps it. */
  readonly pacer: string | undefined;
  /** An upload URL as the app keeps it, if it does, and whether it can still open that. */
  kept(url: string): { readonly sealed: string | undefined; readonly opens: boolean };
}

/**
 * The state of everything as a short text: two runs that have come to the same one go on alike. What is left out is what
 * only counts or names: ids (each is called by its place), numbers of steps, when it is by the calendar, the timeline, the
 * mailbox's bytes (its limits are far away here). Times are told to the second, those of long ago or far ahead as just that.
 */
export function stateKey(whole: Whole): string {
  const text = JSON.stringify(
    [
      whole.progress && { ...whole.progress, plan: undefined, warnings: codesOf(whole.progress) },
      whole.record && { ...whole.record, request: undefined },
      whole.service.attachments.map(({ bytes, listedFrom, valueFrom, ...one }) => [
        one,
        Math.max(whole.now, listedFrom),
        Math.max(whole.now, valueFrom),
        Buffer.from(bytes).toString('hex'),
      ]),
      whole.service.sessions.map((one) => [
        phaseAt(one.state, whole.now),
        one.state,
        one.isKnown(),
        whole.kept(one.url),
        Buffer.from(one.bytes).toString('hex'),
      ]),
      whole.service.late,
      whole.pacer === undefined ? undefined : { ...(JSON.parse(whole.pacer) as object), bookings: undefined },
    ],
    plain(whole.now, whole.progress?.asked?.no ?? 0),
  );
  return createHash('sha1').update(byPlace(text)).digest('base64url');
}

const codesOf = ({ warnings }: Progress): string[] => warnings.map(({ code }) => code);

/** Numbers, and counters whose bounds are out of reach of the few faults of an exploration. */
const counted = new Set(
  'stepNo no askNo notBefore timeline requestId updatedAt rangeMs leaseUntil hunger location placeSeenAt'
    .split(' ')
    .concat('crashes notFounds verifications resends expiredSessions lostSessions withoutProgress'.split(' ')),
);
const longAgoMs = 130_000; // more than twice SETTLE
const farAheadMs = 600_000;
const firstTime = Date.parse('2026-01-01');

/** For JSON.stringify: leaves out what only counts, and tells times and steps by how far they are from now. */
function plain(now: number, stepNo: number): (key: string, value: unknown) => unknown {
  return (key, value) => {
    if (counted.has(key)) return undefined;
    if (typeof value === 'number' && value > firstTime) return fromNow(value - now);
    const [, no] = typeof value === 'string' ? (/^[0-9a-f-]+\/(\d+)$/.exec(value) ?? []) : [];
    return no === undefined ? value : `step ${Math.sign(Number(no) - stepNo)}`;
  };
}

function fromNow(ms: number): string {
  if (ms < -longAgoMs) return 'long ago';
  return ms > farAheadMs ? 'far ahead' : `${Math.round(ms / 1000)} s`;
}

/** Each id by the place where it is named first. */
function byPlace(text: string): string {
  const places = new Map<string, number>();
  return text.replace(/\bA\d+=|\bk\d+\.[\w-]+/g, (id) => {
    if (!places.has(id)) places.set(id, places.size);
    return `#${places.get(id)}`;
  });
}
