import type { PageView, UploadView } from '../api/views';
import type { Cli, Command } from '../cli';
import { exitCode, UsageError } from '../exitCodes';
import { apiOf, commonHelp, commonOptions, parseOptions } from '../options';
import { printable } from '../terminal/words';

export const list: Command = {
  name: 'list',
  summary: 'list uploads, newest first',
  help: `List uploads, newest first.

Examples
  blob-to-outlook list --status failed
  blob-to-outlook list --item users/megan@contoso.com/messages/AAMk... --json | jq -r .id
  blob-to-outlook list --reference "order 4711" --limit 5

Options
  --status STATUS    queued, running, waiting, cancelling, succeeded, failed, cancelled
  --item PATH        of this item
  --reference TEXT   with exactly this reference
  --limit N          at most N; default 20
${commonHelp}
Output
  stdout: id, status, per cent, name, item, separated by tabs; in columns on a terminal.

Exit codes
  0 listed, also where there is none    1 no answer    2 wrong usage
`,
  async run(args, cli) {
    const options = {
      ...commonOptions,
      status: { type: 'string' },
      item: { type: 'string' },
      reference: { type: 'string' },
      limit: { type: 'string' },
    } as const;
    const { values, positionals } = parseOptions(args, options);
    if (positionals.length > 0) throw new UsageError('list takes options only.');
    if (!/^[1-9]\d{0,5}$/.test(values.limit ?? '20')) throw new UsageError('--limit must be a whole number from 1.');
    const limit = Number(values.limit ?? '20');
    const api = apiOf(values, cli);
    cli.interrupts.leaveAtOnce();
    const query = new URLSearchParams({ limit: `${Math.min(100, limit)}` });
    for (const name of ['status', 'item', 'reference'] as const) {
      if (values[name] !== undefined) query.set(name, values[name]);
    }
    let path: string | undefined = `/api/uploads?${query.toString()}`;
    for (let left = limit; path !== undefined && left > 0 && !cli.screen.readerGone;) {
      const { body }: { body: PageView<UploadView> } = await api.call<PageView<UploadView>>('GET', path);
      const page = body.value.slice(0, left);
      print(page, cli, values.json ?? false);
      left -= page.length;
      path = body.nextLink;
    }
    return exitCode.ok;
  },
};

function print(uploads: readonly UploadView[], { screen }: Cli, json: boolean): void {
  for (const line of json ? uploads.map((upload) => JSON.stringify(upload)) : rows(uploads, screen.outIsTerminal)) {
    screen.data(line);
  }
}

function rows(uploads: readonly UploadView[], inColumns: boolean): string[] {
  const cells = uploads.map(({ id, status, progress, name, item, error }) => [
    id,
    error?.code === undefined ? status : `${status} (${error.code})`,
    `${progress.percent} %`,
    printable(name),
    item ?? '-',
  ]);
  if (!inColumns) return cells.map((row) => row.join('\t'));
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
