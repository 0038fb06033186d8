import { Arrival, MiB, PacedMailbox } from './pacedMailbox';

const windowMs = 300_000;
const minute = 60_000;

/** What `npm run bench -- quota_used small_file_wait_ms` tells. */
export interface PacingFigures {
  /** Share of the mailbox's bytes from the beginning to the last full window, and from the second window on. */
  readonly quotaUsed: number;
  readonly quotaUsedSteady: number;
  readonly smallFileWaitP95Ms: number;
  readonly smallFiles: number;
  readonly throttled: number;
  readonly virtualMinutes: number;
}

const five: Arrival[] = Array.from({ length: 5 }, (_, i) => ({ id: `large${i}`, bytes: 150 * MiB, atMs: i * 40 }));

/** Five files of 1 MB in every five minutes, at odd times. */
const small: Arrival[] = Array.from({ length: 20 }, (_, i) => ({
  id: `small${i}`,
  bytes: 1_000_000,
  atMs: 2_000 + i * 61_000 + ((i * 7_919) % 40_000),
}));

/** Five files of 150 MiB to one mailbox, without and with small ones among them. */
export async function pacingFigures(putMs: number): Promise<PacingFigures> {
  const alone = await new PacedMailbox(five, { putMs }).run();
  const mixed = await new PacedMailbox([...five, ...small], { putMs }).run();
  const lastMs = Math.max(...alone.taken.map(({ atMs }) => atMs));
  const saturatedMs = Math.floor(lastMs / windowMs) * windowMs;
  const waits = small.map(({ id }) => mixed.waitMs(id)).sort((a, b) => a - b);
  return {
    quotaUsed: alone.share(0, saturatedMs),
    quotaUsedSteady: alone.share(windowMs, saturatedMs),
    smallFileWaitP95Ms: waits[Math.floor(waits.length * 0.95)] ?? Number.NaN,
    smallFiles: waits.length,
    throttled: alone.throttled + mixed.throttled,
    virtualMinutes: Math.round(lastMs / minute),
  };
}
