import { checkpointOf, isFenced, resume } from '../../../../src/core/delivery/checkpoint';
import { begin, decide } from '../../../../src/core/delivery/machine/decide';
import { live } from '../../../../src/core/delivery/machine/live';
import type { Plan, Progress, Step } from '../../../../src/core/delivery/machine/progress';
import type { DeliveryEnd } from '../../../../src/core/delivery/record';
import type { Checkpoint } from '../../../../src/core/job/record';
import { Chance, makingOf, Schedule } from './schedule';
import { Said, Service, settleMs } from './service';

const s = 1000;
const minute = 60 * s;
const startedAt = Date.parse('2026-11-29T09:00:00Z');

export interface Run {
  readonly schedule: Schedule;
  readonly plan: Plan;
  readonly service: Service;
  readonly end: DeliveryEnd | undefined;
  readonly endedAt: number;
  readonly failedLooks: number; // for a send, in a row, at the end
  readonly trace: readonly string[];
}

/** What the machine is told instead of the truth: a mistake that the model must find. */
export type Mishearing = (said: Said, step: Step) => Said;

/** Runs one delivery against the model, with the runner's rules: one step after the other, lost and resumed anywhere. */
export function simulate(schedule: Schedule, mishear: Mishearing = (said) => said): Run {
  const chance = new Chance(schedule.seed);
  const trace: string[] = [];
  const service = new Service(schedule, chance, (text) => trace.push(text), startedAt);
  const plan = planOf(schedule, service);
  let checkpoint: Checkpoint | undefined;
  let losses = schedule.losses === 'no' ? 0 : 3;
  let failedLooks = 0;
  const loses = (): boolean => losses > 0 && chance.maybe(0.05);
  const resumed = (): readonly [Progress, Step] => {
    losses--;
    service.isProven = false;
    const how = schedule.losses === 'mixed' ? chance.pick('checkpoint', 'facts') : schedule.losses;
    service.pass(service.now + chance.pick(1, 90, 1800) * s);
    trace.push(`   lost, resumed from ${how}`);
    return resume(plan, service.facts, how === 'facts' ? undefined : checkpoint, service.isCancelAsked, service.now);
  };

  let [progress, step] = begin(plan, service.now);
  for (let steps = 0; step.do !== 'end' && steps < 3000; steps++) {
    live(progress, step, service.now);
    if (schedule.cancels && !service.isCancelAsked && chance.maybe(0.06)) {
      trace.push('   cancel');
      service.isCancelAsked = true;
      if (chance.maybe(0.8)) {
        [progress, step] = decide(progress, { kind: 'cancelRequested' }, service.now);
        continue;
      }
    }
    const isNudged = step.do === 'checkUpload' && chance.maybe(0.3);
    service.pass(isNudged ? service.now + s : step.notBefore);
    if (schedule.removesFile && !service.isProven && chance.maybe(0.1)) service.somebodyRemovesAFile();
    if (isFenced(step)) {
      service.passFence(step, progress);
      checkpoint = JSON.parse(JSON.stringify(checkpointOf(progress))) as Checkpoint;
    }
    if (loses()) {
      [progress, step] = resumed();
      continue;
    }
    const said = service.perform(step, progress);
    if (step.do !== 'listFiles') service.isProven = false;
    if (step.do === 'findSent' || step.do === 'findNotified') {
      failedLooks = ['sent', 'unsent', 'gone'].includes(said.kind) ? 0 : failedLooks + 1;
    }
    service.pass(service.now + 100);
    trace.push(`${step.no} ${step.do} -> ${said.kind}  [${progress.phase.name}${progress.undoing ? ', undoing' : ''}]`);
    [progress, step] = loses() ? resumed() : decide(progress, mishear(said, step), service.now);
  }
  const endedAt = service.now;
  service.pass(service.now + 15 * minute);
  return { schedule, plan, service, end: step.do === 'end' ? step.end : undefined, endedAt, failedLooks, trace };
}

const planOf = (schedule: Schedule, { target, uploads, now }: Service): Plan => ({
  id: 'd1',
  item: target?.id ?? null,
  makes: makingOf(schedule),
  readsItem: target !== undefined,
  uploads: uploads.map(({ id }) => id),
  filesBytes: 1000,
  messageLimitBytes: 1_000_000,
  announces: schedule.announces,
  proof: schedule.proof,
  keepOnFailure: schedule.keepOnFailure,
  settleMs,
  deadlineAt: now + schedule.deadlineMinutes * minute,
});
