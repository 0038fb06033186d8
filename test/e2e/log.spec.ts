import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, TestApp } from '../support/app';

/** Marked, so that they are found wherever they come out. */
const mark = 'SECRETMARK';
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const text = (): string => readFileSync(join(app.laptop.dataDir, 'functionsHost.log'), 'utf8');
const lines = (): Record<string, unknown>[] =>
  [...text().matchAll(/\{"event":.*\}/g)].map(([line]) => JSON.parse(line) as Record<string, unknown>);
const eventsOf = (id: string): string[] =>
  lines().flatMap((line) => (line['uploadId'] === id ? [String(line['event'])] : []));

describe('the log of the running app', () => {
  it('tells an upload from its acceptance to its end, what was throttled, retried and reconciled, and no name', async () => {
    const item = await app.outlook.createItem('users/megan@contoso.com/messages');
    const name = `${mark}.bin`;
    const blob = await app.putBlob('uploads', name, randomBytes(5_000_000));
    await app.faults(
      { on: { op: 'put', name, rangeIndex: 0 }, do: { answer: { status: 429, headers: { 'Retry-After': '1' } } } },
      { on: { op: 'putLast', name }, do: { resetAfter: true } },
    );
    const upload = await app.attach({ blob, item, reference: mark });
    expect(upload.status).toBe('succeeded');
    // its end can be seen a moment before the line of it is written
    while (!eventsOf(upload.id).includes('succeeded')) await new Promise((resolve) => setTimeout(resolve, 50));
    const events = eventsOf(upload.id);
    expect(events[0]).toBe('accepted');
    expect(events.at(-1)).toBe('succeeded');
    expect(events).toEqual(expect.arrayContaining(['throttled', 'waiting', 'retried', 'reconciled']));
    expect(events.filter((event) => event === 'accepted' || event === 'succeeded')).toHaveLength(2);
    const reasons = lines().flatMap((line) => (line['event'] === 'waiting' ? [line['reason']] : []));
    expect(new Set(reasons).size).toBe(reasons.length);
    for (const secret of [mark, 'megan', 'contoso', 'AAMk', 'authtoken', 'http://', 'sig=']) {
      expect(lines().filter((line) => JSON.stringify(line).includes(secret))).toEqual([]);
    }
    expect(text()).not.toContain(mark);
  });
});
