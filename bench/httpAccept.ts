import { putSampleBlob } from '../local/parts/sampleBytes';
import { percentile, round, withApp, type Benchmark } from './measure';

const warmUp = 20;
const requests = 200;
/** So many requests a mailbox: what runs behind the answers must not be one long queue. */
const perMailbox = 10;

/** POST /api/uploads of a small blob until its 202, one request after another. */
export const httpAccept: Benchmark = () =>
  withApp(async ({ laptop, app, outlook }) => {
    await putSampleBlob(laptop.storage, 'uploads', 'small.bin', 10_000);
    const took: number[] = [];
    let item = '';
    for (let n = 0; n < warmUp + requests; n++) {
      if (n % perMailbox === 0) item = await outlook.createItem(`users/box${n}@contoso.com/messages`);
      const startedAt = performance.now();
      const { id } = await app.createUpload({ blob: 'uploads/small.bin', item, name: `file${n}.bin` });
      if (n >= warmUp) took.push(performance.now() - startedAt);
      await app.untilFinal(id);
    }
    const [p50, p99] = [round(percentile(took, 0.5)), round(percentile(took, 0.99))];
    return [{ name: 'http_accept_ms', value: p50, unit: 'ms', p99, vs: `p50 and p99 of ${requests} requests` }];
  });
