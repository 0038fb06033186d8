import { DatabaseSync } from 'node:sqlite';
import { parseSchedule } from '../../../local/functionsHost/timer/ncrontab';
import { HostUnderTest, poll } from './hostUnderTest';

describe('a schedule', () => {
  const next = (expression: string, after: string): string =>
    new Date(parseSchedule(expression).next(Date.parse(after))).toISOString();

  it.each([
    ['0 */5 * * * *', '2026-11-22T10:03:30Z', '2026-11-22T10:05:00.000Z'],
    ['*/15 * * * * *', '2026-11-22T10:59:59.999Z', '2026-11-22T11:00:00.000Z'],
    ['30 0 6-8,20 * * *', '2026-11-22T08:00:30Z', '2026-11-22T20:00:30.000Z'],
    ['0 0 0 1 1 *', '2026-11-22T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 30 9 * * 1-5', '2026-11-20T10:00:00Z', '2026-11-23T09:30:00.000Z'],
    ['0 0 0 31 */2 *', '2026-01-31T00:00:00Z', '2026-03-31T00:00:00.000Z'],
    ['0 0 12 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T12:00:00.000Z'],
    ['0 10-40/15 * * * *', '2026-11-22T10:11:00Z', '2026-11-22T10:25:00.000Z'],
    ['*/10 * * * *', '2026-11-22T10:11:00Z', '2026-11-22T10:20:00.000Z'],
    ['01:30:00', '2026-11-22T10:00:00Z', '2026-11-22T11:30:00.000Z'],
  ])('%s after %s is due at %s', (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });

  it.each(['', '* * *', '61 * * * * *', '* * * * * MON', '*/0 * * * * *', '5-1 * * * * *'])(
    'refuses "%s"',
    (expression) => {
      expect(() => parseSchedule(expression)).toThrow(/schedule/);
    },
  );
});

describe('timer functions', () => {
  const host = new HostUnderTest({ EVERY_SECOND: '* * * * * *', RUN_ON_STARTUP: '1' });
  host.env.TRIGGER_FILE = host.file('timers');
  beforeAll(() => host.start());

  interface Seen {
    timer: string;
    isPastDue: boolean;
    scheduleStatus: { last: string; next: string } | null;
  }
  const seen = (timer: string): Seen[] =>
    host
      .lines('timers')
      .map((line) => JSON.parse(line) as Seen)
      .filter((item) => item.timer === timer);

  it('run on schedule, without a status when that is oftener than once a minute', async () => {
    await poll(async () => (seen('everySecond').length >= 2 ? true : undefined));
    expect(seen('everySecond')[0]).toMatchObject({ isPastDue: false, scheduleStatus: null });
  });

  it('run at the start when they ask for it, with a status that begins in year 1', async () => {
    const [first] = await poll(async () => (seen('yearly').length > 0 ? seen('yearly') : undefined));
    expect(first).toMatchObject({
      scheduleStatus: { last: '0001-01-01T00:00:00', next: expect.stringContaining('-01-01T00:00:00') },
    });
  });

  it('run by hand', async () => {
    const before = seen('yearly').length;
    const response = await host.fetch('/admin/functions/yearly', { method: 'POST', body: '{"input":""}' });
    expect(response.status).toBe(202);
    const runs = await poll(async () => (seen('yearly').length > before ? seen('yearly') : undefined));
    expect(Date.parse(runs.at(-1)?.scheduleStatus?.last ?? '')).toBeGreaterThan(Date.parse('2020-01-01'));
  });

  it('make up once for a run that was missed while the host was down', async () => {
    await host.stop();
    host.env.RUN_ON_STARTUP = '0';
    const database = new DatabaseSync(host.file('data/functionsHost.sqlite'));
    database.exec(`UPDATE timerTriggers SET next = '2026-01-01T00:00:00.000Z' WHERE function = 'yearly'`);
    database.close();
    const before = seen('yearly').length;
    await host.start();
    const runs = await poll(async () => (seen('yearly').length > before ? seen('yearly') : undefined));
    expect(runs.at(-1)).toMatchObject({ isPastDue: true, scheduleStatus: { next: '2026-01-01T00:00:00.000Z' } });
    await host.stop();
    await host.start();
    await host.run('timer', 'aWhile', 2);
    expect(seen('yearly')).toHaveLength(before + 1);
  });
});
