import type { DeliveryRecord } from '../../../src/core/delivery/record';
import { Fault, Script, tooLateMs } from './deliveryFaults';
import { deadlineMs, DeliveryWorld, Scenario, startedAt } from './deliveryWorld';

export interface Verdict {
  readonly record: DeliveryRecord | undefined;
  readonly world: DeliveryWorld;
  readonly script: Script;
  readonly wrong: readonly string[];
}

/** What comes late (commits, zombies) comes within this time after the end. */
const drainMs = 15 * 60_000;
const cleanupMs = 60 * 60_000;
const maxEvents = 20_000;

/** Runs a delivery with these faults to its end and says what is wrong with it. */
export async function simulateDelivery(
  scenario: Scenario,
  faults: readonly Fault[],
  change: (world: DeliveryWorld) => void = () => undefined,
): Promise<Verdict> {
  const script = new Script(faults);
  const world = new DeliveryWorld(scenario, script);
  change(world);
  await world.accept();
  const wrong: string[] = [];
  try {
    let events = 0;
    for (; !world.isOver && events < maxEvents; events++) {
      const happening = script.moment();
      if (happening) await world.happen(happening);
      if (!(await world.clock.next())) break;
    }
    if (events === maxEvents) wrong.push(`no end after ${maxEvents} events`);
    await world.clock.until(() => false, world.clock.now + drainMs);
    wrong.push(...violations(world, faults));
  } catch (cause) {
    wrong.push(`threw: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  }
  script.boundaries.push(...world.boundaries);
  return { record: world.record, world, script, wrong };
}

/** What must hold when everything is over, however it went. */
function violations(world: DeliveryWorld, faults: readonly Fault[]): string[] {
  const { mail, record, scenario } = world;
  const end = record?.end;
  if (!end) return ['never ended'];
  const wrong: string[] = [];
  const told = end.error?.leftBehind ?? [];
  const isTold = (what: string): boolean => told.some((text) => text.includes(what));
  if (mail.sends > 1) wrong.push(`sent ${mail.sends} times`);
  if (end.sent === true && mail.sends !== 1) wrong.push(`says sent, was sent ${mail.sends} times`);
  if (end.sent === false && mail.sends !== 0) wrong.push('says not sent, was sent');
  if (end.sent === null && end.error?.code !== 'OutcomeUnknown') wrong.push('unknown by another code');
  if (end.status === 'succeeded' && scenario.send && end.sent !== true) wrong.push('succeeded without sending');
  if (end.endedAt > startedAt + deadlineMs + cleanupMs) wrong.push('ended long after its deadline');
  if (world.uploadRecords.some((upload) => !upload.end)) wrong.push('an upload never ended');
  if (world.uploadRecords.length !== world.uploads.length) wrong.push('an upload has no record');

  const owners = mail.attachments.map(({ by }) => by);
  if (new Set(owners).size !== owners.length) wrong.push('a file is attached twice');
  if (mail.sends > 0 || end.status === 'succeeded') {
    const whole = mail.messages.filter(
      ({ id }) => mail.attachments.filter(({ message }) => message === id).length === world.uploads.length,
    );
    if (whole.length !== 1) wrong.push('sent or done without all its files');
  }
  // a commit after the settle time, of which the answer was lost, is nothing that anybody can know
  const isUnknowable = faults.some(
    ({ do: what }) => typeof what === 'object' && what.kind === 'late' && what.ms === tooLateMs,
  );
  if (scenario.target === 'newDraft' && !isUnknowable) {
    const drafts = mail.messages.filter(({ mark }) => mark === record.id).length;
    const stays =
      end.status === 'succeeded' ||
      end.sent === null ||
      (end.status === 'failed' && (scenario.onFailure === 'keep' || end.error?.code === 'SendLimitExceeded'));
    if (drafts > 1 && !isTold('second draft')) wrong.push(`${drafts} drafts`);
    if (drafts > 0 && !stays && !isTold('draft')) wrong.push(`${end.status}, and a draft of ours is there`);
  }
  const removes =
    end.status === 'cancelled' ||
    (end.status === 'failed' && scenario.onFailure === 'remove' && end.error?.code !== 'SendLimitExceeded');
  if (removes && end.sent === false && owners.length > 0 && !isTold('attachment') && !isTold('draft') && !isUnknowable)
    wrong.push(`${end.status}, and ${owners.length} attachments of ours are there`);
  return wrong;
}
