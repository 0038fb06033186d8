import { Fault, singleFaults } from './delivery/deliveryFaults';
import type { Scenario } from './delivery/deliveryWorld';
import { simulateDelivery, Verdict } from './delivery/simulateDelivery';

/** A whole exploration: DELIVERY_RUNS=20000 DELIVERY_SEED=7 npx jest deliverFaults. */
const runs = Number(process.env['DELIVERY_RUNS'] ?? 100);
const firstSeed = Number(process.env['DELIVERY_SEED'] ?? 1);

const base: Scenario = {
  target: 'newDraft',
  send: true,
  onFailure: 'remove',
  fates: ['attached', 'attached'],
  movesAfterMs: 5_000,
};
const scenarios: Scenario[] = [
  base,
  { ...base, target: 'item' },
  { ...base, fates: ['attached', 'refused'] },
  { ...base, target: 'item', fates: ['attached', 'refused'] },
  { ...base, send: false },
  { ...base, movesAfterMs: 45_000 },
  { ...base, onFailure: 'keep', fates: ['attached', 'unknown'] },
];

function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** Each fault is one for which the run with those before it has room. */
async function randomRun(seed: number): Promise<{ scenario: Scenario; faults: Fault[]; verdict: Verdict }> {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const scenario = pick(scenarios);
  const faults: Fault[] = [];
  let verdict = await simulateDelivery(scenario, faults);
  for (let left = 1 + Math.floor(random() * 4); left > 0 && verdict.wrong.length === 0; left--) {
    const on = pick(['call', 'call', 'activity', 'moment'] as const);
    const all = singleFaults(verdict.script);
    const some = all.filter((fault) => fault.on === on);
    faults.push(pick(some.length > 0 ? some : all));
    verdict = await simulateDelivery(scenario, faults);
  }
  return { scenario, faults, verdict };
}

it(`holds its promises in ${runs} random runs of up to four faults of the service and the platform`, async () => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { scenario, faults, verdict } = await randomRun(seed);
    if (verdict.wrong.length > 0)
      throw new Error(JSON.stringify({ seed, wrong: verdict.wrong, scenario, faults }, null, 1));
  }
}, 3_600_000);

it.each(scenarios.slice(0, 4).map((scenario, index) => ({ scenario, index })))(
  'holds them with any one fault (every 20th of them): scenario $index',
  async ({ scenario, index }) => {
    const { script } = await simulateDelivery(scenario, []);
    for (const fault of singleFaults(script).filter((_, nth) => nth % 20 === index)) {
      const { wrong } = await simulateDelivery(scenario, [fault]);
      if (wrong.length > 0) throw new Error(JSON.stringify({ wrong, fault }));
    }
  },
);
