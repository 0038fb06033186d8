import { requestOf } from '../../src/app/uploads/requestOf';
import type { UploadRequest } from '../../src/core/upload/record';
import type { Dependencies } from '../../src/dependencies';
import { nudge } from '../../src/functions/activities/nudge';
import { claimUpload } from '../../src/functions/activities/upload/claimUpload';
import { endUpload } from '../../src/functions/activities/upload/endUpload';
import { runStep, StepRun } from '../../src/functions/activities/upload/step';
import type { ClaimInput, EndInput, NudgeInput, StepInput } from '../../src/orchestrators/contract';
import { readSettings } from '../../src/settings';
import { ActivityRun } from '../orchestrators/support/activityRun';
import type { Activity } from '../orchestrators/support/memoryHost';
import { stepRuns } from './app';
import { serviceApis } from './fakes';
import { FaultLog } from './faults';
import { immutableId, ownerId } from './scenario';
import type { Surroundings } from './surroundings';

const { settings } = readSettings({ GRAPH_ENDPOINT: 'http://127.0.0.1:1' });
const unused = (): never => {
  throw new Error('not used here');
};

/** The app's process: what it remembers, and what its code depends on. */
export class Process {
  invocations = 0;
  private readonly requests = new Map<string, UploadRequest>();
  private messages = {
    ownerId: () => Promise.resolve({ kind: 'owner', id: ownerId }),
    readItem: () => Promise.resolve({ kind: 'item', id: immutableId }),
  };

  constructor(private readonly world: Surroundings) {}

  /** It is another one now, and remembers nothing. */
  restarts(): void {
    this.requests.clear();
    this.messages = { ...this.messages };
  }

  get shape(): string {
    return [...this.requests.keys()].join();
  }

  readonly readRequest: typeof requestOf = async (id, records) => {
    const request = this.requests.get(id) ?? (await requestOf(id, records));
    this.requests.set(id, request);
    return request;
  };

  /** As one run of an activity sees them; without one: a timer, for which nothing goes wrong. */
  dependencies(run?: ActivityRun): Dependencies {
    const { clock, faults, service, secrets, records, conduct, host, blob } = this.world;
    const quietly = run ?? new ActivityRun(clock, '', 'timer', undefined, () => undefined);
    const apis = serviceApis(
      service,
      run ? faults : new FaultLog(() => undefined),
      quietly,
      run?.instanceId ?? '',
      secrets,
      conduct,
    );
    return {
      settings,
      problems: [],
      blobs: run ? blob.source(faults, run, conduct) : unused,
      records: records.records(run && faults, run),
      ...apis,
      messages: this.messages,
      secrets,
      instances: () => host,
      graphCheck: () => Promise.resolve(undefined),
      clock: () => clock.now,
      sleep: (ms: number) => (run ? run.wait(ms) : clock.sleep(ms)),
      newId: unused,
    } as unknown as Dependencies;
  }
}

/** All activities of an upload, on the models. */
export function activitiesOf(world: Surroundings, process: Process): Record<string, Activity> {
  const { faults, mistake, conduct } = world;
  const begins =
    (act: Activity): Activity =>
    (input, run) => {
      faults.begins();
      conduct.begins(run.instanceId);
      return act(input, run);
    };
  const step = (act: StepRun<never>): Activity =>
    begins((input, run) =>
      runStep(
        act,
        input as StepInput<never>,
        `run${++process.invocations}`,
        process.dependencies(run),
        process.readRequest,
        world.machine,
      ),
    );
  const steps = Object.entries({ ...stepRuns, ...mistake.steps });
  return {
    ...Object.fromEntries(steps.map(([name, act]) => [name, step(act as unknown as StepRun<never>)])),
    claimUpload: begins((input, run) => {
      const deps = process.dependencies(run);
      return claimUpload(input as ClaimInput, resuming(deps, mistake.resumes), world.machine);
    }),
    endUpload: begins(async (input, run) => {
      await endUpload(input as EndInput, process.dependencies(run), world.host);
      return { kind: 'ended' };
    }),
    nudge: (input) => nudge(input as NudgeInput, world.host),
  };
}

/** The records as a mistaken resume reads them. */
function resuming(deps: Dependencies, resumes: Surroundings['mistake']['resumes']): Dependencies {
  if (!resumes) return deps;
  const { records } = deps;
  const get: typeof records.get = async (id) => {
    const found = await records.get(id);
    return found && { ...found, value: resumes(found.value) };
  };
  return { ...deps, records: { ...records, get } };
}
