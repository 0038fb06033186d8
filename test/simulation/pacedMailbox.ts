import '../orchestrators/support/quietFunctions';
import { DEFAULTS } from '../../local/outlook/config';
import { Throttle } from '../../local/outlook/throttle';
import { Refusal } from '../../local/outlook/wireErrors';
import { planOf } from '../../src/app/uploads/plan';
import { lengthOf } from '../../src/core/byteRange';
import { paced } from '../../src/core/mailbox/paced';
import { begin, uploadMachine } from '../../src/core/upload/machine/decide';
import type { Outcome, Step } from '../../src/core/upload/machine/progress';
import { isSmall, needsOf } from '../../src/core/upload/needs';
import type { ClaimedUpload } from '../../src/functions/activities/upload/claimUpload';
import { attachFile } from '../../src/orchestrators/attachFile';
import {
  ClaimInput,
  EndInput,
  eventNames,
  keyOf,
  NudgeInput,
  orchestratorNames,
  Reply,
  StepInput,
} from '../../src/orchestrators/contract';
import { mailbox } from '../../src/orchestrators/mailbox';
import { sampleRequest } from '../functions/support/sampleRecord';
import type { ActivityRun } from '../orchestrators/support/activityRun';
import { Activity, MemoryHost } from '../orchestrators/support/memoryHost';
import { VirtualClock } from '../orchestrators/support/virtualClock';

export const MiB = 1024 * 1024;
const startedAt = Date.parse('2026-11-22T09:00:00Z');
const rangeSizeBytes = 3_932_160;
const smallLimit = 3 * MiB;
const graphMs = 120;

/** One file that comes to the mailbox. */
export interface Arrival {
  readonly id: string;
  readonly bytes: number;
  /** ms after the beginning */
  readonly atMs: number;
}
export interface PacedOptions {
  readonly putMs: number;
  readonly concurrency?: number;
}

/** A body that the service took. */
export interface Taken {
  readonly atMs: number;
  readonly bytes: number;
  readonly id: string;
}

/**
 * One mailbox on a virtual clock: the real orchestrator on the replay executor, one for each file, and the real pacer,
 * against the stand-in's rule of throttling, strictly: a fifth request at once, or a byte over 157,286,400 in any 300 s,
 * is a 429. Bytes are only counted, so that hours and gigabytes take seconds.
 */
export class PacedMailbox {
  readonly clock = new VirtualClock(startedAt);
  readonly taken: Taken[] = [];
  throttled = 0;
  private readonly throttle = new Throttle(
    () => DEFAULTS.throttling,
    () => this.clock.now,
  );
  private readonly host: MemoryHost;
  private readonly ended = new Map<string, string>();

  constructor(
    private readonly arrivals: readonly Arrival[],
    private readonly options: PacedOptions,
  ) {
    this.host = new MemoryHost({
      clock: this.clock,
      orchestrators: { attachFile },
      activities: this.activities(),
      entity: mailbox,
    });
    for (const { id, atMs } of arrivals)
      this.clock.after(atMs, () => void this.host.start(orchestratorNames.attachFile, id, { id }));
  }

  /** Until all files have ended. @throws Error where one did not succeed */
  async run(): Promise<this> {
    await this.clock.until(() => this.ended.size === this.arrivals.length, startedAt + 24 * 60 * 60_000);
    const odd = this.arrivals.filter(({ id }) => this.ended.get(id) !== 'succeeded');
    if (odd.length > 0) throw new Error(`These did not succeed: ${odd.map(({ id }) => id).join(', ')}.`);
    return this;
  }

  /** The share of the allowance that was used between the two times (ms after the beginning). */
  share(fromMs: number, toMs: number): number {
    const bytes = this.taken.reduce((sum, one) => sum + (one.atMs >= fromMs && one.atMs < toMs ? one.bytes : 0), 0);
    const { bytes: limit, windowMs } = DEFAULTS.throttling;
    return bytes / ((limit * (toMs - fromMs)) / windowMs);
  }

  /** How long a file waited until its first byte was taken, in ms. */
  waitMs(id: string): number {
    const first = this.taken.find((one) => one.id === id);
    const arrival = this.arrivals.find((one) => one.id === id);
    if (!first || !arrival) throw new Error(`Nothing of ${id} was taken.`);
    return first.atMs - arrival.atMs;
  }

  private activities(): Record<string, Activity> {
    const step =
      (act: (step: Step, id: string, run: ActivityRun) => Promise<Outcome>): Activity =>
      async (input, run): Promise<Reply<Outcome>> => {
        const { step: asked, id } = input as StepInput;
        return { to: keyOf(asked), said: await act(asked, id, run) };
      };
    const { putMs } = this.options;
    const look = (outcome: Outcome) => step((_, id, run) => this.call(run, id, 0, graphMs, outcome));
    const attached = (id: string): Outcome => ({ kind: 'attached', id: `A-${id}` });
    return {
      claimUpload: (input) => Promise.resolve(this.claimed(input as ClaimInput)),
      listAttachments: look({ kind: 'listed' }),
      createUploadSession: look({
        kind: 'opened',
        session: { sealedUrl: 'sealed', expiresAt: startedAt + 23 * 60 * 60_000 },
      }),
      cancelUploadSession: look({ kind: 'closed' }),
      uploadRange: step(async (asked, id, run) => {
        if (asked.do !== 'uploadRange') throw new Error('Another step.');
        return this.call(run, id, lengthOf(asked.range), putMs, asked.isLast ? attached(id) : { kind: 'accepted' });
      }),
      postAttachment: step((_, id, run) => this.call(run, id, postBytes(this.bytesOf(id)), putMs, attached(id))),
      verifyAttachment: step((_, id, run) => {
        const sizeBytes = this.bytesOf(id);
        const read = { id: `A-${id}`, name: id, verdict: 'same', sha256: 'same', sizeBytes } as const;
        return this.call(run, id, 0, graphMs + sizeBytes / 40_000, { kind: 'read', ...read });
      }),
      endUpload: (input) => {
        const { id, step } = input as EndInput;
        this.ended.set(id, step.end.status);
        return Promise.resolve({ kind: 'ended' });
      },
      nudge: async (input) => {
        for (const id of (input as NudgeInput).ids) await this.host.raise(id, eventNames.nudge, null);
      },
    };
  }

  /** A request as the service meets it: judged when it comes, under way for so long. */
  private async call(run: ActivityRun, id: string, bytes: number, tookMs: number, said: Outcome): Promise<Outcome> {
    await run.wait(10);
    let leave: () => void;
    try {
      leave = this.throttle.enter('app', 'mailbox', bytes);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.throttled++;
      return { kind: 'throttled', retryAfterMs: Number(cause.headers['retry-after']) * 1000 };
    }
    if (bytes > 0) this.taken.push({ atMs: this.clock.now - startedAt, bytes, id });
    await run.wait(tookMs);
    leave();
    return said;
  }

  private bytesOf(id: string): number {
    return this.arrivals.find((one) => one.id === id)?.bytes ?? 0;
  }

  private claimed({ id, carried }: ClaimInput): ClaimedUpload {
    const sizeBytes = this.bytesOf(id);
    const sample = sampleRequest(id, { sizeBytes, name: id, createdAt: startedAt });
    const policy = {
      ...sample.policy,
      rangeSizeBytes,
      rangesPerActivity: 1,
      smallAttachmentLimitBytes: smallLimit,
      deadlineMs: 23 * 60 * 60_000,
    };
    const plan = planOf({ ...sample, policy });
    const first = paced(uploadMachine, needsOf).begin(begin(plan, this.clock.now), this.clock.now);
    const state = (carried ? carried.state : first) as (ClaimedUpload & { kind: 'yours' })['state'];
    const limits = { concurrency: this.options.concurrency ?? 4, bytesPerWindow: DEFAULTS.throttling.bytes };
    const lockUntil = plan.deadlineAt + 60 * 60_000;
    const of = { mailboxKey: 'mailbox', itemKey: id, lockUntil, isSmall: isSmall(plan), ...limits };
    return { kind: 'yours', epoch: 1, schema: uploadMachine.schema, state, cancelRequested: false, of };
  }
}

const postBytes = (bytes: number): number => Math.ceil(bytes / 3) * 4 + 200;
