import type { CheckedView } from '../api/views';
import { exitCode } from '../exitCodes';
import { printable, sizeText } from '../terminal/words';
import type { Attached } from './attachFile';
import type { Delivered } from './deliver';
import { attachmentLine, codeOf, codeOfError, errorView, tellDelivery, tellUpload } from './results';
import type { Run } from './run';

/** Says how each file ended: data on stdout in the order of the files, words on stderr. */
export class Reporter {
  readonly #waiting = new Map<number, () => void>();
  #next = 0;
  #lastFault = '';

  constructor(private readonly run: Run) {}

  /** Says it once everything before it was said. */
  inOrder(index: number, say: () => void): void {
    this.#waiting.set(index, say);
    for (let next = this.#waiting.get(this.#next); next; next = this.#waiting.get(++this.#next)) next();
  }

  attached({ upload, already }: Attached): number {
    const { screen } = this.run.cli;
    if (this.run.json) screen.data(JSON.stringify(upload));
    if (!this.run.plan.wait) {
      if (!this.run.json) screen.data(`${upload.id}\t${printable(upload.name)}`);
      screen.say(`${printable(upload.name)}: ${upload.status}. Watch it: blob-to-outlook watch ${upload.id}`);
      return exitCode.ok;
    }
    if (!this.run.json && upload.status === 'succeeded') screen.data(attachmentLine(upload));
    tellUpload(screen, upload, already);
    return this.#codeOf(codeOf(upload), upload.status === 'cancelled');
  }

  delivered({ delivery, already }: Delivered): number {
    const { screen } = this.run.cli;
    if (this.run.json) screen.data(JSON.stringify(delivery));
    const { wait } = this.run.plan;
    for (const upload of this.run.json ? [] : delivery.uploads) {
      if (!wait) screen.data(`${upload.id}\t${printable(upload.name)}`);
      else if (delivery.status === 'succeeded') screen.data(attachmentLine(upload));
    }
    if (!wait) {
      screen.say(`The delivery is ${delivery.status}. Watch it: blob-to-outlook watch ${delivery.id}`);
      return exitCode.ok;
    }
    tellDelivery(screen, delivery, already);
    return this.#codeOf(codeOf(delivery), delivery.status === 'cancelled');
  }

  checked(view: CheckedView): number {
    const { screen } = this.run.cli;
    if (this.run.json) screen.data(JSON.stringify(view));
    const name = printable(view.name);
    for (const { code, detail } of view.warnings) screen.say(`${name}: ${detail} (${code})`);
    const how = view.method === 'session' ? `an upload session in ${view.ranges} ranges` : 'one request';
    screen.say(`${name}: would be attached by ${how} (${sizeText(view.size)}). Nothing was attached.`);
    return exitCode.ok;
  }

  /** @param path the FILE as it was written; none for a whole delivery */
  failed(path: string | undefined, error: unknown): number {
    const code = codeOfError(error);
    if (code === exitCode.interrupted) return code;
    const { screen } = this.run.cli;
    const text = error instanceof Error ? error.message : String(error);
    if (this.run.json)
      screen.data(JSON.stringify({ ...(path === undefined ? {} : { file: path }), error: errorView(error) }));
    if (text !== this.#lastFault) screen.say(screen.red(path === undefined ? text : `${printable(path)}: ${text}`));
    this.#lastFault = text;
    return code;
  }

  /** What Ctrl-C ended tells so, but an unknown outcome is more important. */
  #codeOf(code: number, cancelled: boolean): number {
    const interrupted = this.run.cli.interrupts.signal.aborted;
    return interrupted && (cancelled || code === exitCode.ok) ? exitCode.interrupted : code;
  }
}
