// npm run bench [-- NAME…]: one JSON object a line.
import { callbackLatency } from './callbackLatency';
import { coldLoad, packageSize } from './coldLoad';
import { coldStart } from './coldStart';
import { commitLockRatio } from './commitLock';
import { engineCost } from './engineCost';
import { growth } from './growth/growth';
import { httpAccept } from './httpAccept';
import { attachedRatio, endToEndRatio, overheadPerRange } from './largeFile';
import { mailboxes200, mailboxesParallel } from './mailboxes';
import type { Benchmark } from './measure';
import { rssGrowth } from './memory';
import { nylasRoundtrip } from './nylasRoundtrip';
import { outboxLatency } from './outboxLatency';
import { page } from './page';
import { queueRate } from './queue';
import { falseUnknown, faultRuns, quotaUsed, smallFileWait } from './simulated';
import { soak } from './soak';
import { storageOperations } from './storageOperations';
import { vsPeers } from './vsPeers';

/** A new benchmark is a new row. They run one after another, in this order. */
const benchmarks: Record<string, Benchmark> = {
  cold_load_ms: coldLoad,
  package_size_kb: packageSize,
  cold_start_ms: coldStart,
  http_accept_ms: httpAccept,
  attached_ratio: attachedRatio,
  end_to_end_ratio: endToEndRatio,
  overhead_per_range_ms: overheadPerRange,
  rss_growth_mb: rssGrowth,
  nylas_roundtrip_ms: nylasRoundtrip,
  outbox_latency_ms: outboxLatency,
  callback_latency_ms: callbackLatency,
  page_weight_kb: page,
  mailboxes_parallel: mailboxesParallel,
  mailboxes_200: mailboxes200,
  storage_operations_per_150mb: storageOperations,
  engine_cost: engineCost,
  vs_peers: vsPeers,
  growth,
  queue_1000_rate: queueRate,
  commit_lock_ratio: commitLockRatio,
  soak,
  quota_used: quotaUsed,
  small_file_wait_ms: smallFileWait,
  fault_runs: faultRuns,
  false_unknown: falseUnknown,
};

/** Only by name: it takes half an hour. */
const onDemand = new Set(['soak']);

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    console.error(`No benchmark is called ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`);
    return 1;
  }
  let failed = 0;
  for (const [name, measure] of Object.entries(benchmarks)) {
    if (names.length > 0 ? !names.includes(name) : onDemand.has(name)) continue;
    try {
      for (const figure of await measure()) process.stdout.write(`${JSON.stringify(figure)}\n`);
    } catch (error) {
      failed++;
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
