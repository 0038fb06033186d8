import { OPERATIONS } from '../local/outlook/operations';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { median, repeats, round, withApp, type Bench, type Benchmark } from './measure';

const files = 20;
const fileBytes = 10_000;
const callMs = 150;
const runs = repeats(3);

/** Small files to one item at once, over as many to an item each: those commit side by side, the others one after the other. */
export const commitLockRatio: Benchmark = () =>
  withApp(async (bench) => {
    await putSampleBlob(bench.laptop.storage, 'uploads', 'small.bin', fileBytes);
    await bench.outlook.configure({ latencyMs: Object.fromEntries(OPERATIONS.map((op) => [op, callMs])) });
    await attachAll(bench, 'warm', files);
    const [one, apart]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      apart.push(await attachAll(bench, `apart${run}`, files));
      one.push(await attachAll(bench, `one${run}`, 1));
    }
    const vs =
      `${files} files of ${fileBytes} bytes to one item: ${Math.round(median(one))} ms until the last is attached; to an item each, ` +
      `in one mailbox, too: ${Math.round(median(apart))} ms; ${callMs} ms a call; medians of ${runs}`;
    return [{ name: 'commit_lock_ratio', value: round(median(one) / median(apart)), unit: 'x', vs }];
  });

/** @returns ms from the first request to the moment when the service had the last file: its clock is ours */
async function attachAll({ app, outlook }: Bench, mailbox: string, items: number): Promise<number> {
  const paths: string[] = [];
  for (let n = 0; n < items; n++) paths.push(await outlook.createItem(`users/${mailbox}@contoso.com/messages`));
  const startedAt = Date.now();
  const ids = await Promise.all(
    Array.from({ length: files }, async (_, n) => {
      const item = paths[n % items] ?? '';
      return (await app.createUpload({ blob: 'uploads/small.bin', item, name: `file${n}.bin` })).id;
    }),
  );
  for (const id of ids) {
    const upload = await app.untilFinal(id, undefined, 300_000);
    if (upload.status !== 'succeeded') throw new Error(`It ended as ${JSON.stringify(upload)}`);
  }
  const held = (await Promise.all(paths.map((path) => outlook.attachments(path)))).flat();
  if (held.length !== files) throw new Error(`${held.length} attachments of ${files} files.`);
  return Math.max(...held.map(({ committedAt }) => Date.parse(committedAt))) - startedAt;
}
