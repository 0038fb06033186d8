import { createHash } from 'node:crypto';
import type { Progress } from '../../src/core/upload/machine/progress';
import type { UploadRecord } from '../../src/core/upload/record';
import { phaseAt } from '../../local/outlook/uploadSessions';
import { settleMs } from './scenarios';
import type { ServiceModel } from './service';

/** All that decides how a run goes on from here. */
export interface Whole {
  readonly now: number;
  readonly progress: Progress | undefined;
  readonly record: UploadRecord | undefined;
  readonly service: ServiceModel;
  /** The mailbox's pacer, as its entity keeps it. */
  readonly pacer: string | undefined;
  /** What the platform has in hand. */
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
 * The state of everything as a short text: two runs that have come to the same one go on alike. What is left out is what
 * only counts or names: ids (each is called by its place), numbers of steps, when it is by the calendar, the timeline, the
 * mailbox's bytes (its limits are far away here), sessions that are over and that nobody remembers.
 */
export function stateKey(whole: Whole, grain: Grain = 'second'): string {
  const { now, progress, record, service } = whole;
  const known = JSON.stringify([progress, record]);
  const parts = [
    progress && relevant(progress, now, grain),
    record && { ...record, request: undefined, checkpoint: checkpointOf(record, now, grain) },
    service.attachments.map((one) => [
      one.id,
      one.name,
      one.by,
      hex(one.bytes),
      ...[one.listedFrom, one.valueFrom].map(soonest),
    ]),
    service.sessions.flatMap((one) => {
      const kept = whole.kept(one.url);
      if (phaseAt(one.state, now) === 'open')
        return [[kept, { ...one.state, taken: undefined }, one.isKnown(), hex(one.bytes)]];
      return kept.sealed !== undefined && known.includes(kept.sealed) ? [[kept, phaseAt(one.state, now)]] : [];
    }),
    service.late,
    whole.platform,
    whole.pacer === undefined
      ? undefined
      : { ...(JSON.parse(whole.pacer) as object), sent: undefined, turns: undefined },
    service.reads % 2,
  ];
  const text = JSON.stringify(parts, plain(now, grain));
  return createHash('sha1').update(byPlace(text)).digest('base64url');

  function soonest(at: number): number {
    return Math.max(now, at);
  }
}

/** What a resume would go on from. */
function checkpointOf({ checkpoint }: UploadRecord, now: number, grain: Grain): object | undefined {
  const progress = checkpoint?.progress as Progress | undefined;
  return progress && { asked: progress.asked.do, ...relevant(progress, now, grain) };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Without what decides nothing any more: the phase and its fields are the state, counters stand in groups. */
function relevant(progress: Progress, now: number, grain: Grain): object {
  const { phase, way, undoing, wait, tries, spent, doubt, digests, toClose, story } = progress;
  const count = (n: number): number => (grain === 'phase' ? Math.min(n, 1) : n);
  return {
    phase,
    way,
    undoing,
    wait: { until: Math.max(now, wait.until) },
    failed: count(tries.failed),
    notFoundSince: tries.notFoundSince,
    incidents: count(spent.incidents),
    spent: { wrongBytes: spent.wrongBytes, noStatus: spent.noStatus, sessionsLeft: Math.min(spent.sessionsLeft, 1) },
    doubt: { ...doubt, lastAt: doubt.commits > 0 ? doubt.lastAt : undefined },
    digests: digests.map(({ start, end }) => [start, end]),
    toClose,
    warnings: story.warnings.map(({ code }) => code),
    leftBehind: story.leftBehind,
  };
}

/** Numbers, and counters whose bounds are out of reach of the few faults of an exploration. */
const counted = new Set(
  'no notBefore timeline requestId updatedAt slowestMs location lastProblem resumes epoch fence by execution stuck story'
    .split(' ')
    .concat('lastCommitAt dueAt seen'.split(' ')),
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
  return text.replace(/\bA\d+=|\bk\d+\.[\w-]+/g, (id) => {
    if (!places.has(id)) places.set(id, places.size);
    return `#${places.get(id)}`;
  });
}
