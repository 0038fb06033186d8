import { createHash } from 'node:crypto';
import type { JobRecord } from '../../src/core/job/record';
import type { Slot } from '../../src/core/mailbox/slot';
import { retryPolicy } from '../../src/core/retry';
import type { Plan, Progress } from '../../src/core/upload/machine/progress';
import type { UploadRecord } from '../../src/core/upload/record';
import { phaseAt } from '../../local/outlook/uploadSessions';
import { settleMs } from './scenario';
import type { ServiceModel } from './service';

/** All that decides how a run goes on from here. */
export interface Whole {
  readonly now: number;
  readonly progress: Progress | undefined;
  /** The upload's permit, as its orchestration knows it. */
  readonly slot: Slot | undefined;
  readonly record: UploadRecord | undefined;
  readonly service: ServiceModel;
  /** The mailbox, as its entity keeps it. */
  readonly mailbox: string | undefined;
  /** What the platform has in hand, and what the app's process and its version are. */
  readonly platform: string;
  /** An upload URL as the app keeps it, if it does, and whether it can still open that. */
  kept(url: string): { readonly sealed: string | undefined; readonly opens: boolean };
}

/**
 * How finely times are told. second: by the second. phase: by what they mean to the app: coming, since less than SETTLE,
 * less than two of it, before.
 */
export type Grain = 'second' | 'phase';

/**
 * The state of everything as a short text: two runs that have come to the same one go on alike. What decides is in it: the
 * machine's phase with its fields, facts and checkpoint (a resume reads them), the permit, the service, what is in hand. What only
 * counts or names is not: ids (each is called by its place), numbers of steps, the calendar, the timeline, the mailbox's bytes
 * and budgets whose limits are out of reach of the few faults of an exploration, sessions that are over and that nobody remembers.
 */
export function stateKey(whole: Whole, grain: Grain = 'second'): string {
  const { now, progress, slot, record, service } = whole;
  const known = JSON.stringify([progress, record]);
  const parts = [
    progress && decisive(progress, now, grain),
    slot && [slot.permit !== undefined, slot.isLocked, slot.isContended, slot.askAt, slot.blockedUntil, slot.mayHold],
    record && [record.state, record.end, record.cancelRequestedAt, record.facts, checkpointOf(record, now, grain)],
    service.attachments.map((one) => [
      [one.id, one.name, one.by, hex(one.bytes), Math.min(one.reads, 1), one.reads % 2],
      [one.listedFrom, one.valueFrom].map((at) => Math.max(now, at)),
    ]),
    service.sessions.flatMap((one) => {
      const kept = whole.kept(one.url);
      if (phaseAt(one.state, now) === 'open')
        return [[kept, { ...one.state, taken: undefined }, one.isKnown(), hex(one.bytes)]];
      return kept.sealed !== undefined && known.includes(kept.sealed) ? [[kept, phaseAt(one.state, now)]] : [];
    }),
    [service.late, Math.max(now, service.hiddenUntil), Math.max(now, service.refusesUntil)],
    whole.platform,
    mailboxOf(whole.mailbox),
  ];
  const text = JSON.stringify(parts, plain(now, grain));
  return createHash('sha1').update(byPlace(text)).digest('base64url');
}

/** What a resume would go on from. */
function checkpointOf(
  { checkpoint }: JobRecord<unknown, unknown, unknown>,
  now: number,
  grain: Grain,
): object | undefined {
  if (!checkpoint) return undefined;
  const progress = checkpoint.progress as Progress;
  return { schema: checkpoint.schema, asked: progress.asked.do, ...decisive(progress, now, grain) };
}

/** Who holds permits and locks. Its limits of bytes are far away here. */
function mailboxOf(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  const { permits, waiting, locks, blockedUntil } = JSON.parse(text) as Record<string, { id: string }[]>;
  const ids = (all: { id: string }[] | undefined): string[] => (all ?? []).map(({ id }) => id);
  return [ids(permits), ids(waiting), ids(locks), blockedUntil];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The phase and its fields are the state; `asked` is data; tries and budgets stand in groups. */
function decisive(progress: Omit<Progress, 'plan'> & { plan?: Plan }, now: number, grain: Grain): object {
  const { phase, way, undoing, wait, tries, spent, doubt, digests, toClose, completed, story, plan } = progress;
  // failures change only how long a wait is, and whether a search still asks for bytes
  const count = (n: number): number => (grain === 'phase' ? Math.min(n, retryPolicy.readings) : n);
  return {
    phase,
    way,
    undoing,
    until: Math.max(now, wait.until),
    deadlineAt: plan?.deadlineAt,
    tries: [count(tries.failed), tries.notFoundSince],
    spent: [spent.wrongBytes, spent.noStatus, Math.min(spent.sessionsLeft, 1), Math.min(spent.incidents, 1)],
    doubt: { ...doubt, lastAt: doubt.commits > 0 ? doubt.lastAt : undefined },
    digests: digests.map(({ start, end }) => [start, end]),
    toClose,
    completed,
    told: [story.warnings.map(({ code }) => code), story.leftBehind],
    held: (progress as { held?: unknown }).held,
  };
}

/** What only counts or names, wherever it stands. */
const counted = new Set(
  'no notBefore timeline requestId updatedAt slowestMs location lastProblem stuck lastCommitAt seen bytesSent endedAt'.split(
    ' ',
  ),
);
const farAheadMs = 600_000;
const firstTime = Date.parse('2026-01-01');

/** For JSON.stringify: leaves out what only counts, and tells times by how far they are from now. */
function plain(now: number, grain: Grain): (key: string, value: unknown) => unknown {
  return (key, value) => {
    if (counted.has(key)) return undefined;
    return typeof value === 'number' && value > firstTime ? fromNow(value - now, grain) : value;
  };
}

function fromNow(ms: number, grain: Grain): string {
  if (ms < -2 * settleMs) return 'long ago';
  if (ms > farAheadMs) return 'far ahead';
  if (grain === 'second') return `${Math.round(ms / 1000)} s`;
  return ms > 0 ? 'coming' : `since ${Math.floor(-ms / settleMs)} SETTLE`;
}

/** Each id by the place where it is named first. */
function byPlace(text: string): string {
  const places = new Map<string, number>();
  return text.replace(/\bL?A\d+=|\bk\d+\.[\w-]+/g, (id) => {
    if (!places.has(id)) places.set(id, places.size);
    return `#${places.get(id)}`;
  });
}
