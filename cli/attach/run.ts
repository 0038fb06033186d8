import type { Api } from '../api/api';
import type { Cli } from '../cli';
import type { Progress } from '../terminal/progress';
import type { AttachPlan } from './plan';

/** One run of `attach`. */
export interface Run {
  readonly cli: Cli;
  readonly api: Api;
  readonly plan: AttachPlan;
  readonly progress: Progress;
  readonly json: boolean;
}
