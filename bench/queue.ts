import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { putBlob } from '../local/parts/storage';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { median, round, withApp, type Bench, type Benchmark } from './measure';
import { cpuOfParts } from './processes';

/** BENCH_QUEUE=100, 1000, 5000: files that come at once. */
const files = Number(process.env['BENCH_QUEUE'] || 1000);
const drafts = 20;
const fileBytes = 10_000;
const windowMs = 30_000;
/** So often a small upload goes to another mailbox meanwhile. */
const otherEveryMs = 5_000;
const withinMs = Number(process.env['BENCH_MINUTES'] || 30) * 60_000;

/** Files dropped into one mailbox's outbox at once: attachments a second, and what others feel of it. */
export const queueRate: Benchmark = () =>
  withApp(async (bench) => {
    await putSampleBlob(bench.laptop.storage, 'uploads', 'small.bin', fileBytes);
    const alone = median(await inTurn(15, () => toAnotherMailbox(bench)));
    const others: number[] = [];
    const startedAt = Date.now();
    const usedBefore = cpuOfParts(bench);
    await drop(bench);
    const droppedMs = Date.now() - startedAt;
    while ((await committed(bench)).length < files && Date.now() - startedAt < withinMs) {
      others.push(await toAnotherMailbox(bench));
      await delay(otherEveryMs);
    }
    const busy = sharesOf(usedBefore, cpuOfParts(bench), (Date.now() - startedAt) / 1000);
    const times = await committed(bench);
    const last = Math.max(startedAt, ...times);
    const rate = times.length / ((last - startedAt) / 1000);
    const meanwhile = median(others);
    const vs = `${times.length} of ${files} files of ${fileBytes} bytes, ${drafts} drafts of one mailbox, all there after ${Math.round(droppedMs)} ms`;
    return [
      { name: 'queue_1000_rate', value: round(rate), unit: 'files/s', vs },
      {
        name: 'queue_1000_min_rate',
        value: round(slowest(times, startedAt, last)),
        unit: 'files/s',
        vs: 'the slowest 30 s',
      },
      {
        name: 'queue_1000_others',
        value: round(meanwhile / alone),
        unit: 'x',
        vs: `an upload to another mailbox: ${Math.round(alone)} ms alone, ${Math.round(meanwhile)} ms meanwhile (median of ${others.length}, worst ${Math.round(Math.max(...others))})`,
      },
      {
        name: 'queue_1000_busiest',
        value: Math.max(...Object.values(busy)),
        unit: 'of a core',
        vs: `the busiest process meanwhile, each with one thread for its work: ${Object.entries(busy)
          .map(([part, share]) => `${part} ${share}`)
          .join(', ')}`,
      },
    ];
  });

type Parts = Readonly<Record<string, number>>;

/** How much of a core each part used. What waits for one that is busy for a share s of the time waits about 1 / (1 - s) as long. */
const sharesOf = (before: Parts, after: Parts, overSeconds: number): Parts =>
  Object.fromEntries(
    Object.entries(after).map(([part, used]) => [part, round((used - (before[part] ?? 0)) / overSeconds)]),
  );

async function inTurn(times: number, call: () => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < times; n++) found.push(await call());
  return found;
}

async function drop({ laptop, outlook }: Bench): Promise<void> {
  const items: string[] = [];
  for (let n = 0; n < drafts; n++) items.push(await outlook.createItem('users/busy@contoso.com/messages'));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < files; n = next++)
      await putBlob(laptop.storage, 'outbox', `${items[n % drafts]}/file${n}.bin`, randomBytes(fileBytes));
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** When each of the queue's files was attached, ms since 1970. */
async function committed({ outlook }: Bench): Promise<number[]> {
  const held = await outlook.attachments();
  return held.filter(({ item }) => item?.startsWith('users/busy@')).map(({ committedAt }) => Date.parse(committedAt));
}

/** The least number a second in any whole window, moved on by a second. */
function slowest(times: readonly number[], from: number, to: number): number {
  let least = Infinity;
  for (let begin = from; begin + windowMs <= to; begin += 1_000)
    least = Math.min(least, times.filter((at) => at >= begin && at < begin + windowMs).length / (windowMs / 1000));
  return least === Infinity ? times.length / ((to - from) / 1000) : least;
}

async function toAnotherMailbox({ app, outlook }: Bench): Promise<number> {
  const mailbox = `other${randomBytes(4).toString('hex')}@contoso.com`;
  const item = await outlook.createItem(`users/${mailbox}/messages`);
  const startedAt = performance.now();
  const { id } = await app.createUpload({ blob: 'uploads/small.bin', item });
  const { status } = await app.untilFinal(id, undefined, withinMs);
  if (status !== 'succeeded') throw new Error(`The upload to another mailbox ended as ${status}.`);
  return performance.now() - startedAt;
}
