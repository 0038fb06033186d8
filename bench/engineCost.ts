import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventType, type HistoryEvent } from '../local/functionsHost/durable/history';
import { putSampleBlob } from '../local/parts/sampleBytes';
import { attach, median, repeats, round, withApp, type Bench, type Benchmark } from './measure';
import { rawPuts } from './rawPuts';
import { measuredOn, table, writeSection } from './report';

const size = 157_286_400;
const putMs = 150;
/** What an activity was measured to cost beside its own time on a real host with its hub in Azurite: 33 to 48 ms. */
const activityMs = 35;
const runs = repeats(3);

interface Engine {
  readonly rangesPerActivity: number;
  readonly activityMs: number;
}
const engines: readonly Engine[] = [
  { rangesPerActivity: 1, activityMs: 0 },
  ...[1, 2, 4, 8].map((rangesPerActivity) => ({ rangesPerActivity, activityMs })),
];

/** What an orchestration asked of its engine, read from its history. */
interface Asked {
  activities: number;
  turns: number;
  entityCalls: number;
  timers: number;
  rows: number;
}
interface Measured {
  readonly engine: Engine;
  readonly ratio: number;
  readonly rawMs: number;
  readonly asked: Asked;
}

/** 150 MiB at 150 ms a PUT, on a host whose activities cost nothing and 35 ms, with one and with several ranges an activity. */
export const engineCost: Benchmark = async () => {
  const found: Measured[] = [];
  for (const engine of engines) found.push(await measure(engine));
  const head = [
    'ranges an activity',
    'ms an activity',
    'over the loop',
    'activities',
    'turns',
    'entity calls',
    'history rows',
    'actions',
  ];
  const rows = found.map(({ engine, ratio, asked }) => [
    engine.rangesPerActivity,
    engine.activityMs,
    `${ratio.toFixed(2)} x`,
    asked.activities,
    asked.turns,
    asked.entityCalls,
    asked.rows,
    actionsOf(asked),
  ]);
  const raw = Math.round(median(found.map(({ rawMs }) => rawMs)));
  const note = `Until attached, medians of ${runs}; the loop takes ${raw} ms. ${measuredOn()}`;
  writeSection('engine_cost', [table(head, rows), note].join('\n\n'));
  return found.map(({ engine, ratio, asked }) => ({
    name: 'engine_cost',
    value: ratio,
    unit: 'x',
    vs: `${engine.rangesPerActivity} ranges an activity of ${engine.activityMs} ms more; ${JSON.stringify(asked)}`,
  }));
};

/** https://learn.microsoft.com/azure/durable-task/scheduler/durable-task-scheduler-billing: what is dispatched to the app. */
const actionsOf = ({ activities, entityCalls, timers }: Asked): number => 1 + 2 * activities + 2 * entityCalls + timers;

function measure(engine: Engine): Promise<Measured> {
  return withApp(
    async (bench) => {
      await putSampleBlob(bench.laptop.storage, 'uploads', 'large.bin', size);
      await putSampleBlob(bench.laptop.storage, 'uploads', 'warm.bin', 8_000_000);
      await attach(bench, 'uploads/warm.bin', 'warm@contoso.com');
      await bench.outlook.configure({ latencyMs: { put: putMs } });
      const [ratios, raws]: number[][] = [[], []];
      let asked: Asked = { activities: 0, turns: 0, entityCalls: 0, timers: 0, rows: 0 };
      for (let run = 0; run < runs; run++) {
        const item = await bench.outlook.createItem(`users/raw${run}@contoso.com/messages`);
        const rawMs = await rawPuts(bench.outlook, item, size);
        const { id, attachedMs } = await attach(bench, 'uploads/large.bin', `app${run}@contoso.com`);
        ratios?.push(attachedMs / rawMs);
        raws?.push(rawMs);
        asked = askedOf(bench, id);
      }
      return { engine, ratio: round(median(ratios ?? [])), rawMs: median(raws ?? []), asked };
    },
    {
      RANGES_PER_ACTIVITY: `${engine.rangesPerActivity}`,
      FUNCTIONS_HOST_ACTIVITY_DELAY_MS: `${engine.activityMs}`,
    },
  );
}

/** Read off the host's own store: its HTTP API leaves out the turns, as Azure does. */
function askedOf({ laptop }: Bench, id: string): Asked {
  const store = new DatabaseSync(join(laptop.dataDir, 'functionsHost.sqlite'), { readOnly: true });
  try {
    const rows = store.prepare('SELECT event FROM history WHERE instance = ?').all(id) as { event: string }[];
    const kinds = rows.map(({ event }) => (JSON.parse(event) as HistoryEvent).EventType);
    const count = (...wanted: number[]): number => kinds.filter((kind) => wanted.includes(kind)).length;
    return {
      activities: count(EventType.TaskCompleted, EventType.TaskFailed),
      turns: count(EventType.OrchestratorStarted),
      entityCalls: count(EventType.EventSent),
      timers: count(EventType.TimerFired),
      rows: rows.length,
    };
  } finally {
    store.close();
  }
}
