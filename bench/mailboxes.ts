import { putSampleBlob } from '../local/parts/sampleBytes';
import { median, round, withApp, type Bench, type Benchmark } from './measure';

const mailboxes = 20;
const size = 24_000_000;
const putMs = 150;
const runs = 3;

/** One file to each of twenty mailboxes at once, over one file to one: none holds up another. */
export const mailboxesParallel: Benchmark = () =>
  withApp(async (bench) => {
    await putSampleBlob(bench.laptop.storage, 'uploads', 'file.bin', size);
    await bench.outlook.configure({ latencyMs: { put: putMs } });
    await attachToAll(bench, 'warm', 1);
    const [one, many]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      one.push(await attachToAll(bench, `one${run}`, 1));
      many.push(await attachToAll(bench, `many${run}`, mailboxes));
    }
    const [oneMs, manyMs] = [median(one), median(many)];
    const vs =
      `one file of ${size} bytes to one mailbox: ${oneMs} ms; one to each of ${mailboxes}: ${manyMs} ms; ` +
      `${putMs} ms a PUT, medians of ${runs}, all on this machine`;
    return [{ name: 'mailboxes_parallel', value: round((mailboxes * oneMs) / manyMs), unit: 'x', vs }];
  });

/** @returns milliseconds until the last one has ended */
async function attachToAll({ app, outlook }: Bench, prefix: string, count: number): Promise<number> {
  const boxes = Array.from({ length: count }, (_, n) => `users/${prefix}${n}@contoso.com/messages`);
  const items = await Promise.all(boxes.map((box) => outlook.createItem(box)));
  const startedAt = Date.now();
  const ends = await Promise.all(
    items.map(async (item) => app.untilFinal((await app.createUpload({ blob: 'uploads/file.bin', item })).id)),
  );
  const failed = ends.find(({ status }) => status !== 'succeeded');
  if (failed) throw new Error(`It ended as ${JSON.stringify(failed)}`);
  return Date.now() - startedAt;
}
