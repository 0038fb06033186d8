import { simulate } from './simulate';
import type { Scenario } from './world';

const scenario = (totalBytes: number, way: Scenario['way']): Scenario => ({
  name: `${way} ${totalBytes}`,
  totalBytes,
  way,
  uploads: 1,
  statusAnswer: 200,
  sessionMs: 90 * 60_000,
  deadlineMs: 60 * 60_000,
});

it('attaches when nothing goes wrong', async () => {
  for (const one of [scenario(3, 'post'), scenario(4, 'session'), scenario(9, 'session')]) {
    const verdict = await simulate(one, []);
    console.log(
      one.name,
      verdict.violations,
      JSON.stringify(verdict.records[0]?.end),
      verdict.log.counts,
      verdict.log.calls.join(' '),
    );
  }
});
