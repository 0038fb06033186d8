import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { UploadView } from '../local/parts/appClient';
import { putBlob } from '../local/parts/storage';
import { percentile, round, withApp, type Bench, type Benchmark } from './measure';

const blobs = 20;
const lookEveryMs = 10;

/** From the end of writing a blob into the outbox until the API shows its upload: the polling trigger, local. */
export const outboxLatency: Benchmark = () =>
  withApp(async (bench) => {
    const took: number[] = [];
    for (let n = 0; n < blobs; n++) {
      await delay(Math.random() * 1000); // not in step with the polling
      took.push(await latencyOfOne(bench, n));
    }
    const [p50, p99] = [round(percentile(took, 0.5)), round(percentile(took, 0.99))];
    return [
      {
        name: 'outbox_latency_ms',
        value: p50,
        unit: 'ms',
        p99,
        vs: `p50 and p99 of ${blobs} blobs, polled every second`,
      },
    ];
  });

async function latencyOfOne({ laptop, app, outlook }: Bench, n: number): Promise<number> {
  const item = await outlook.createItem(`users/box${n}@contoso.com/messages`);
  await putBlob(laptop.storage, 'outbox', `${item}/file.bin`, randomBytes(10_000));
  const startedAt = performance.now();
  const path = `/api/uploads?item=${encodeURIComponent(item)}`;
  for (;;) {
    const [upload] = (await app.call<{ value: UploadView[] }>('GET', path)).body.value;
    if (upload) {
      const tookMs = performance.now() - startedAt;
      await app.untilFinal(upload.id);
      return tookMs;
    }
    if (performance.now() - startedAt > 70_000) throw new Error('The app did not find the blob in its outbox.');
    await delay(lookEveryMs);
  }
}
