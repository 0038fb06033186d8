import type { Api } from '../api/client';
import type { ChosenFile } from '../files/chosenFile';
import { Observable } from '../observable';
import { Slots } from '../staging/patience';
import { Places } from '../staging/places';
import { keepBatches, keptBatches, newBatch, type Target } from './batch';
import { BatchRun } from './batchRun';
import type { Shared } from './shared';

const blocksAtOnce = 4;
const filesAtOnce = 2;

/** The batches of this tab, newest first. */
export class Batches extends Observable {
  runs: readonly BatchRun[] = [];
  readonly #shared: Shared;

  constructor(api: Api, tell: Pick<Shared, 'announce' | 'moved'>) {
    super();
    const keep = (): void => keepBatches(this.runs.map(({ batch }) => batch));
    const [blocks, files] = [new Slots(blocksAtOnce), new Slots(filesAtOnce)];
    this.#shared = { api, ...tell, keep, blocks, files, places: new Places() };
  }

  /** Goes on with what the tab was doing before it was loaded again. */
  resume(): void {
    this.runs = keptBatches().map((batch) => new BatchRun(batch, this.#shared));
    for (const run of this.runs) void run.run();
    this.changed();
  }

  start(chosen: readonly ChosenFile[], target: Target, send: boolean): BatchRun {
    const run = new BatchRun(newBatch(chosen, target, send), this.#shared);
    for (const { key, file } of chosen) run.give(key, file);
    this.runs = [run, ...this.runs];
    this.#shared.keep();
    void run.run();
    this.changed();
    return run;
  }

  /** Gives files that were chosen again to the batches that wait for them. @returns those that nobody waits for */
  giveBack(files: readonly File[]): File[] {
    return files.filter((file) => {
      for (const run of this.runs.filter(({ phase }) => phase === 'needsFiles')) {
        const wanted = [...run.files].find(([, each]) => each.file === undefined && each.is(file));
        if (!wanted) continue;
        run.give(wanted[0], file);
        return false;
      }
      return true;
    });
  }

  remove(run: BatchRun): void {
    run.stop();
    this.runs = this.runs.filter((each) => each !== run);
    this.#shared.keep();
    this.changed();
  }

  /** Bytes are on their way that a closed tab would lose. */
  get isSending(): boolean {
    return this.runs.some(({ phase }) => phase === 'sending' || phase === 'asking');
  }
}
