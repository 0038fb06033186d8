import type { FenceToken } from '../../core/job/record';

type Place = Pick<FenceToken, 'epoch' | 'no'>;

/** Uploads that are remembered: more than one process works on at once. */
const most = 1_000;

/**
 * The latest step with which this process sends a range of each upload. Where a later one has begun, the orchestration has the
 * answer of every earlier one: a second run of such a step is of no use, and the service would refuse its range. A run in another
 * process is not known here; the service refuses it.
 */
export class LatestSteps {
  private readonly latest = new Map<string, Place>();

  begins(id: string, { epoch, no }: Place): void {
    if (this.isStale(id, { epoch, no })) return;
    this.latest.delete(id); // the newest is last
    this.latest.set(id, { epoch, no });
    const [oldest] = this.latest.keys();
    if (this.latest.size > most && oldest !== undefined) this.latest.delete(oldest);
  }

  isStale(id: string, { epoch, no }: Place): boolean {
    const last = this.latest.get(id);
    return last !== undefined && (epoch < last.epoch || (epoch === last.epoch && no < last.no));
  }
}

const all = new WeakMap<object, LatestSteps>();

/** Those of a process, which has one set of dependencies. */
export function latestStepsOf(process: object): LatestSteps {
  const known = all.get(process) ?? new LatestSteps();
  all.set(process, known);
  return known;
}
