import { spawnSync } from 'node:child_process';
import { barLine, progressOn, type Step } from '../../cli/terminal/progress';
import { Screen } from '../../cli/terminal/screen';
import { fitted, inColumns } from '../../cli/terminal/width';
import { printable, sizeText } from '../../cli/terminal/words';
import { endOf, fileOf, mainFile, startProcess } from './support/command';
import { attached, FakeApp, uploadView } from './support/fakeApp';
import { WrittenTo } from './support/inProcess';

const step = (done: number, more: Partial<Step> = {}): Step => ({ phase: 'Outlook', done, total: 1_000_000, ...more });

it('draws a bar that fits the terminal, and why it waits in its place', () => {
  expect(barLine('q3.pdf', step(500_000))).toBe(
    'q3.pdf                  to Outlook [=========>        ]  50 %  500 kB of 1.0 MB',
  );
  expect(barLine('q3.pdf', step(1_000_000, { phase: 'storage' }))).toContain('to storage [==================] 100 %');
  expect(barLine('q3.pdf', step(0, { note: 'waiting: the mailbox is busy' }))).toMatch(
    / to Outlook {3}0 % {2}waiting: the mailbox is busy$/,
  );
  expect(fitted('名前名前', 5)).toBe('名前…');
  expect(inColumns('👩‍👧 x', 6)).toBe('👩‍👧 x  ');
});

it('replaces its lines on a terminal, and puts what it says above them', () => {
  const [out, err] = [new WrittenTo(), new WrittenTo(true, 60)];
  const screen = new Screen(out, err, {});
  screen.draw(['first']);
  screen.draw(['second']);
  screen.say('words');
  screen.draw([]);
  const erase = '\u001b[1A\r\u001b[2K';
  expect(err.text).toBe(`first\n${erase}second\n${erase}words\nsecond\n${erase}`);
  expect(screen.red('x')).toBe('\u001b[31mx\u001b[0m');
});

it('says a line every 10 % elsewhere, and why it waits once', () => {
  for (const env of [{}, { TERM: 'dumb' }]) {
    const err = new WrittenTo(env.TERM !== undefined);
    const progress = progressOn(new Screen(new WrittenTo(), err, env));
    for (let done = 0; done <= 1_000_000; done += 10_000) progress.show('a\u001b[31m.txt', step(done));
    expect(err.text.match(/%/g)).toHaveLength(10);
    expect(err.text).not.toContain('\u001b');
    progress.show('b.txt', step(0, { note: 'waiting: throttled' }));
    progress.show('b.txt', step(0, { note: 'waiting: throttled' }));
    expect(err.text.match(/throttled/g)).toHaveLength(1);
  }
});

it('has no colour with NO_COLOR, and lets no name control the terminal', () => {
  const screen = new Screen(new WrittenTo(), new WrittenTo(true), { NO_COLOR: '1' });
  expect([screen.animated, screen.coloured, screen.red('x')]).toEqual([true, false, 'x']);
  expect(printable('a\u001b]0;title\u0007\u202e.txt')).toBe('a\ufffd]0;title\ufffd\ufffd.txt');
  expect([0, 999, 1_000, 12_582_912, 157_286_400].map(sizeText)).toEqual(['0 B', '999 B', '1.0 kB', '13 MB', '157 MB']);
});

/** script (util-linux) gives a process a terminal of its own; macOS has another one of that name. */
const hasScript = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

(hasScript ? it : it.skip)('shows bars and colours on a real terminal', async () => {
  const app = await FakeApp.start();
  app.on('POST /api/uploads', { status: 202, body: uploadView({ status: 'queued' }) });
  const running = uploadView({ status: 'running', progress: { bytesSent: 3, bytesTotal: 7, percent: 42 } });
  app.on(
    'GET /api/uploads/u1',
    { status: 200, body: running },
    { status: 200, body: attached, headers: { etag: '"2"' } },
  );
  const line = [process.execPath, mainFile, 'attach', fileOf('a.txt', 'content'), '--item', 'users/m/messages/1'];
  const terminal = startProcess('script', ['-qec', line.join(' '), '/dev/null'], {
    env: { BLOB_TO_OUTLOOK_URL: app.url, TERM: 'xterm' },
  });
  const { code, stdout } = await endOf(terminal);
  await app.stop();
  expect(code).toBe(0);
  expect(stdout).toContain('to Outlook [========>');
  expect(stdout).toContain('\u001b[1A\r\u001b[2K');
  expect(stdout).toContain('AAMk\ta.txt');
  expect(stdout).toContain('\u001b[32ma.txt: attached and verified');
});
