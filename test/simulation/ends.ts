import type { Fault } from './faults';
import { stuckMs, stuckTimes } from './invariants';
import { sha256 } from './service';
import type { World } from './world';

const minute = 60_000;

/**
 * What befalls the platform alone must not show: lost, stuck and redeployed orchestrations, dead workers, zombies, storage without
 * an answer. After nothing but these, each upload has ended as without them: succeeded, compared, attached once, with no warning.
 */
export function differences(world: World, faults: readonly Fault[]): string[] {
  const { scenario, service, records, bytes } = world;
  const stuckForMs = stuckMs * stuckTimes(faults);
  if (!faults.every(isOfPlatform) || scenario.deadlineMs < 20 * minute + stuckForMs || scenario.traits?.value)
    return [];
  return records.all().flatMap(({ id, end }) => {
    const copies = service.attachments.filter(({ by }) => by === id);
    const isRight = copies.length === 1 && copies.every((one) => sha256(one.bytes) === sha256(bytes));
    const { verified, name } = end?.attachment ?? {};
    const warnings = (end?.warnings ?? []).map(({ code }) => code).filter((code) => code !== 'NameChanged');
    const isWhole = end?.status === 'succeeded' && verified === true && warnings.length === 0;
    const isNamed = copies.every((one) => one.name === name);
    if (isRight && isWhole && isNamed) return [];
    const told = [end?.status, end?.error?.code, `verified: ${verified}`, `${copies.length} copies`, name, ...warnings];
    return [`${id}: ended otherwise than without a loss: ${told.join(', ')}`];
  });
}

const visible: readonly string[] = ['cancel', 'cancelUnheard', 'rotateKey'];

function isOfPlatform({ on, do: what }: Fault): boolean {
  if (on === 'moment') return !visible.includes(what);
  return on === 'records' || on === 'activity' || (on === 'blob' && what === 'unreachable');
}
