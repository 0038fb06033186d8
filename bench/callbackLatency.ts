import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { percentile, round, withApp, type Benchmark } from './measure';

const warmUp = 3;
const runs = 30;
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** From the end of an upload, as its record has it, until its callback is at the receiver. */
export const callbackLatency: Benchmark = () =>
  withApp(
    async ({ laptop, app, outlook }) => {
      const arrived = new Map<string, number>(); // ms after the end, by upload
      const receiver = createServer((request, response) => {
        const at = Date.now();
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          response.writeHead(204).end();
          const event = JSON.parse(Buffer.concat(parts).toString()) as { time: string; data: { id: string } };
          arrived.set(event.data.id, at - Date.parse(event.time));
        });
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      try {
        const callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
        await putSampleBlob(laptop.storage, 'uploads', 'small.bin', 10_000);
        const took: number[] = [];
        for (let run = 0; run < warmUp + runs; run++) {
          const item = await outlook.createItem(`users/callback${run}@contoso.com/messages`);
          const { id } = await app.createUpload({ blob: 'uploads/small.bin', item, callbackUrl });
          await app.untilFinal(id);
          for (const giveUpAt = Date.now() + 60_000; !arrived.has(id);) {
            if (Date.now() > giveUpAt) throw new Error('A callback did not come within a minute.');
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          if (run >= warmUp) took.push(arrived.get(id) ?? 0);
        }
        const [p50, p99] = [round(percentile(took, 0.5)), round(percentile(took, 0.99))];
        const vs = `p50 and p99 of ${runs}, from the end of the upload until the receiver has the callback`;
        return [{ name: 'callback_latency_ms', value: p50, unit: 'ms', p99, vs }];
      } finally {
        receiver.closeAllConnections();
        receiver.close();
      }
    },
    { WEBHOOK_SECRETS: secret },
  );
