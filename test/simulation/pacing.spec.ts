import { MiB, PacedMailbox } from './pacedMailbox';
import { pacingFigures } from './pacingFigures';

it.each([150, 1000])(
  'uses 95 %% of a mailbox without a 429, and small files wait a minute at most, at %i ms a PUT',
  async (putMs) => {
    const figures = await pacingFigures(putMs);
    expect(figures.throttled).toBe(0);
    expect(figures.quotaUsed).toBeGreaterThanOrEqual(0.95);
    expect(figures.quotaUsedSteady).toBeGreaterThanOrEqual(0.95);
    expect(figures.smallFileWaitP95Ms).toBeLessThanOrEqual(60_000);
  },
);

it('sends a single file of 150 MiB without a pause', async () => {
  const mailbox = await new PacedMailbox([{ id: 'a', bytes: 150 * MiB, atMs: 0 }], { putMs: 150 }).run();
  const gaps = mailbox.taken.map(({ atMs }, i) => atMs - (mailbox.taken[i - 1]?.atMs ?? atMs));
  expect([mailbox.throttled, mailbox.taken.length]).toEqual([0, 40]);
  expect(Math.max(...gaps)).toBeLessThan(400);
});

it('lets twelve files of every size through without a 429', async () => {
  const sizes = [1, 20_000, 2.9 * MiB, 3 * MiB, 8 * MiB, 40 * MiB];
  const files = [...sizes, ...sizes].map((bytes, i) => ({ id: `f${i}`, bytes: Math.floor(bytes), atMs: i * 30 }));
  const mailbox = await new PacedMailbox(files, { putMs: 300 }).run();
  expect(mailbox.throttled).toBe(0);
});
