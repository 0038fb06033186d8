import type { Problem } from '../api/types';
import { Rate } from '../words/rate';
import type { BatchFile } from './batch';

/** How one file of a batch stands on its way to storage. */
export class FileRun {
  file: File | undefined;
  bytesSent = 0;
  /** a block is being tried again, so often by now */
  attempts = 0;
  sending = false;
  problem: Problem | undefined;
  readonly rate = new Rate();

  constructor(readonly about: BatchFile) {}

  sent = (bytes: number): void => {
    this.bytesSent = bytes;
    this.rate.add(bytes, performance.now());
  };

  /** Whether this is the file that was chosen before the reload. */
  is(file: File): boolean {
    const { chosenName, size, lastModified } = this.about;
    return file.name === chosenName && file.size === size && file.lastModified === lastModified;
  }
}
