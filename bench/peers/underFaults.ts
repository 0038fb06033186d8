import { isFinal } from '../../local/parts/appClient';
import { putSampleBlob } from '../../local/parts/sampleBytes';
import { withApp, type Bench } from '../measure';
import type { OnFailure } from './job';
import { type RunPeer, withPeers } from './runPeer';

const files = 100;
const mailboxes = 20;
const size = 3_200_000;
/** Five PUTs a file: small, so that a hundred files are soon sent. */
const rangeBytes = 786_432;
const blob = 'fault.bin';
const withinMs = 600_000;

/** What became of a hundred files. */
export interface Tally {
  way: string;
  right: number;
  doubled: number;
  missing: number;
  open: number;
  /** told as succeeded and not attached rightly once, or the other way round */
  toldWrongly: number;
}

/** Of twenty PUTs in a row the 6th is committed and its reply lost, the 12th answered 503, the 18th 429. */
const faults = Array.from({ length: 100 }, (_, round) => round * 20).flatMap((before) => [
  { on: { op: 'put', nth: before + 6 }, do: { resetAfter: true } },
  { on: { op: 'put', nth: before + 12 }, do: { answer: { status: 503 } } },
  { on: { op: 'put', nth: before + 18 }, do: { answer: { status: 429, headers: { 'retry-after': '1' } } } },
]);

/** Each way sends 100 files, one to a draft, through the same faults. */
export const tallies = (): Promise<Tally[]> =>
  withApp(
    async (bench) => {
      const sha256 = await putSampleBlob(bench.laptop.storage, 'uploads', blob, size);
      const found: Tally[] = [await tally(bench, sha256, 'blob-to-outlook', 'app', (items) => byApp(bench, items))];
      await withPeers(bench, async (runPeer) => {
        for (const [way, onFailure] of sdkWays)
          found.push(await tally(bench, sha256, way, onFailure, (items) => bySdk(runPeer, onFailure, items)));
      });
      return found;
    },
    { RANGE_SIZE: `${rangeBytes}` },
  );

const sdkWays: [string, OnFailure][] = [
  ['Graph SDK, `upload()`', 'stop'],
  ['Graph SDK, `resume()` after an error, 5 times', 'resume'],
  ['Graph SDK, the whole upload again after an error, 5 times', 'again'],
];

/** @param send sends the blob to each item. @returns the items that it believes to have reached */
async function tally(
  { outlook }: Bench,
  sha256: string,
  way: string,
  prefix: string,
  send: (items: string[]) => Promise<string[]>,
): Promise<Tally> {
  const items: string[] = [];
  for (let n = 0; n < files; n++)
    items.push(await outlook.createItem(`users/${prefix}${n % mailboxes}@contoso.com/messages`));
  await outlook.addFaults(faults);
  const told = new Set(await send(items));
  await outlook.clearFaults();
  const sum: Tally = { way, right: 0, doubled: 0, missing: 0, open: 0, toldWrongly: 0 };
  for (const item of items) {
    const held = await outlook.attachments(item);
    const isRight = held.length === 1 && held[0]?.sha256 === sha256;
    if (isRight) sum.right++;
    else if (held.length > 1) sum.doubled++;
    else sum.missing++;
    if (isRight !== told.has(item)) sum.toldWrongly++;
  }
  const mine = new Set(items);
  sum.open = (await outlook.sessions()).filter(({ item, state }) => state === 'open' && mine.has(item)).length;
  return sum;
}

async function byApp({ app }: Bench, items: string[]): Promise<string[]> {
  const ends = await Promise.all(
    items.map(async (item) => {
      const { id } = await app.createUpload({ blob: `uploads/${blob}`, item });
      return app.until(id, isFinal, undefined, withinMs);
    }),
  );
  return ends.filter(({ status }) => status === 'succeeded').map(({ item }) => item);
}

async function bySdk(runPeer: RunPeer, onFailure: OnFailure, items: string[]): Promise<string[]> {
  const job = { way: 'sdk', onFailure, container: 'uploads', blob, size, rangeBytes, items, parallel: 8 } as const;
  return (await runPeer(job)).succeeded;
}
