import { Refusal } from '../settings';

/** When a timer function is due. */
export interface Schedule {
  /** The first time after `after`; epoch milliseconds. */
  next(after: number): number;
}

const fields = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of week', min: 0, max: 6 },
] as const;

/**
 * A schedule in UTC: six NCRONTAB fields (five: at second 0) of `*`, numbers, lists, ranges and steps, or `hh:mm:ss`.
 * @throws Refusal for anything else
 */
export function parseSchedule(expression: string): Schedule {
  const span = /^(\d+):(\d\d):(\d\d)$/.exec(expression.trim());
  if (span) {
    const [, hours, minutes, seconds] = span.map(Number) as [number, number, number, number];
    const every = ((hours * 60 + minutes) * 60 + seconds) * 1000;
    return { next: (after) => after + every };
  }
  const parts = expression.trim().split(/\s+/);
  if (parts.length === 5) parts.unshift('0');
  if (parts.length !== 6) throw new Refusal(`the schedule '${expression}' has not six fields`);
  const [second, minute, hour, day, month, weekday] = parts.map((part, index) => parseField(part, index)) as Sets;
  return { next: (after) => nextTime(after, { second, minute, hour, day, month, weekday }) };
}

type Sets = [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];

function parseField(text: string, index: number): Set<number> {
  const { name, min, max } = fields[index] ?? fields[0];
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) as (string | undefined)[] | null;
    const [, from, to, step] = found ?? [part, 'x'];
    const low = from === undefined ? min : Number(from);
    const high = to !== undefined ? Number(to) : from === undefined || step !== undefined ? max : low;
    if (!(low >= min && high <= max && low <= high && step !== '0'))
      throw new Refusal(`'${part}' is not supported as the ${name} of a schedule`);
    for (let value = low; value <= high; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function nextTime(
  after: number,
  sets: Record<'second' | 'minute' | 'hour' | 'day' | 'month' | 'weekday', Set<number>>,
): number {
  const time = new Date(Math.floor(after / 1000) * 1000 + 1000);
  const end = time.getTime() + 10 * 366 * 86_400_000; // 29 February on a Monday comes within ten leap-year gaps or never
  while (time.getTime() < end) {
    if (!sets.month.has(time.getUTCMonth() + 1)) time.setTime(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1));
    else if (!sets.day.has(time.getUTCDate()) || !sets.weekday.has(time.getUTCDay())) time.setUTCHours(24, 0, 0);
    else if (!sets.hour.has(time.getUTCHours())) time.setUTCMinutes(60, 0);
    else if (!sets.minute.has(time.getUTCMinutes())) time.setUTCSeconds(60);
    else if (!sets.second.has(time.getUTCSeconds())) time.setUTCSeconds(time.getUTCSeconds() + 1);
    else return time.getTime();
  }
  return Infinity;
}
