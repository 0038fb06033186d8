import { Alarm } from '../alarm';
import type { AppFunction, FunctionCatalog } from '../functions';
import { log } from '../log';
import { resolveSettings } from '../settings';
import type { Store } from '../store';
import type { Worker } from '../worker';
import { parseSchedule, type Schedule } from './ncrontab';

interface ScheduleStatus {
  last: string;
  next: string;
  lastUpdated: string;
}

interface Timer {
  target: AppFunction;
  schedule: Schedule;
  /** More often than once a minute: the real host keeps no status then. */
  isFrequent: boolean;
  nextAt: number;
  isPastDue: boolean;
}

const never = '0001-01-01T00:00:00';
const minuteMs = 60_000;

/** Timer triggers: one run of a function at a time; a run missed while the host was down is made up for once. */
export class TimerTriggers {
  private timers: Timer[] = [];
  private stopped = true;
  private readonly alarm = new Alarm(() => this.fireDue());
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly store: Store,
    private readonly worker: Worker,
    private readonly catalog: () => FunctionCatalog,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    store.define(
      'CREATE TABLE IF NOT EXISTS timerTriggers (function TEXT PRIMARY KEY, last TEXT, next TEXT, lastUpdated TEXT)',
    );
  }

  /** Reads the schedules. @throws Refusal for one that is not understood */
  load(): void {
    this.timers = this.catalog()
      .ofType('timerTrigger')
      .map((target) => this.prepare(target));
    this.setAlarm();
  }

  start(): void {
    this.stopped = false;
    for (const timer of this.timers) if (timer.target.trigger.runOnStartup === true) timer.nextAt = Date.now();
    this.setAlarm();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm.clear();
    await Promise.all(this.running);
  }

  /** Runs a timer function now, out of its turn. */
  runByHand(target: AppFunction): Promise<void> {
    return this.call(target, false);
  }

  private prepare(target: AppFunction): Timer {
    const schedule = parseSchedule(resolveSettings(String(target.trigger.schedule), this.env));
    const now = Date.now();
    const next = schedule.next(now);
    const isFrequent = schedule.next(next) - next < minuteMs;
    const status = isFrequent ? undefined : this.status(target);
    const isPastDue = status !== undefined && Date.parse(status.next) < now;
    if (!status && !isFrequent)
      this.store.run('INSERT OR REPLACE INTO timerTriggers VALUES (?, ?, ?, ?)', target.name, never, iso(next), never);
    return { target, schedule, isFrequent, nextAt: isPastDue ? now : next, isPastDue };
  }

  private status(target: AppFunction): ScheduleStatus | undefined {
    return this.store.get('SELECT * FROM timerTriggers WHERE function = ?', target.name);
  }

  private setAlarm(): void {
    if (!this.stopped) this.alarm.set(Math.min(...this.timers.map((timer) => timer.nextAt)));
  }

  private fireDue(): void {
    const now = Date.now();
    for (const timer of this.timers.filter((candidate) => candidate.nextAt <= now)) {
      timer.nextAt = Infinity; // until this run has ended
      const run = this.run(timer).finally(() => {
        this.running.delete(run);
        this.setAlarm();
      });
      this.running.add(run);
    }
    this.setAlarm();
  }

  private async run(timer: Timer): Promise<void> {
    const { target, schedule, isFrequent, isPastDue } = timer;
    const startedAt = Date.now();
    await this.call(target, isPastDue);
    timer.isPastDue = false;
    timer.nextAt = schedule.next(Date.now());
    if (!isFrequent) this.note(target.name, iso(startedAt), iso(timer.nextAt));
  }

  /** Also while the host stops, or a run that has ended would be made up at the next start. */
  private note(name: string, startedAt: string, next: string): void {
    try {
      this.store.run('INSERT OR REPLACE INTO timerTriggers VALUES (?, ?, ?, ?)', name, startedAt, next, startedAt);
    } catch (error) {
      if (!this.stopped) throw error; // the store is closed: the host waited for the run for as long as it may
    }
  }

  private async call(target: AppFunction, isPastDue: boolean): Promise<void> {
    const status = this.status(target);
    const ScheduleStatus = status ? { Last: status.last, Next: status.next, LastUpdated: status.lastUpdated } : null;
    const info = { Schedule: { AdjustForDST: true }, ScheduleStatus, IsPastDue: isPastDue };
    try {
      await this.worker.ready();
      await this.worker.invoke(this.catalog().invocation(target, { string: JSON.stringify(info) }));
    } catch (error) {
      log('error', target.name, error);
    }
  }
}

const iso = (time: number): string => (Number.isFinite(time) ? new Date(time).toISOString() : never);
