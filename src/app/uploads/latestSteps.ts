import type { FenceToken } from '../../core/job/record';
import { keptBeside, Lately } from '../../core/lately';

type Place = Pick<FenceToken, 'epoch' | 'no'>;

/**
 * The latest step with which this process sends a range of each upload. Where a later one has begun, the orchestration has the
 * answer of every earlier one: a second run of such a step is of no use, and the service would refuse its range. A run in another
 * process is not known here; the service refuses it.
 */
export class LatestSteps {
  /** Of more uploads than one process works on at once. */
  private readonly latest = new Lately<Place>(1_000);

  begins(id: string, { epoch, no }: Place): void {
    if (!this.isStale(id, { epoch, no })) this.latest.set(id, { epoch, no });
  }

  isStale(id: string, { epoch, no }: Place): boolean {
    const last = this.latest.get(id);
    return last !== undefined && (epoch < last.epoch || (epoch === last.epoch && no < last.no));
  }
}

/** Those of a process, which has one set of dependencies. */
export const latestStepsOf = keptBeside(() => new LatestSteps());
