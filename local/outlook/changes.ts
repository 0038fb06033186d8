/**
 * Two commits on one item that overlap in time: the later one had read a change key that is no longer the item's
 * (https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/1287).
 */
import type { Operation } from './operations';
import { Refusal } from './wireErrors';

const COMMITS: readonly Operation[] = ['postAttachment', 'putLast', 'deleteAttachment'];

export class Changes {
  private count = 0;
  private readonly last = new Map<string, number>();

  constructor(private readonly refused: () => boolean) {}

  /** What a request takes with it when it arrives. */
  get mark(): number {
    return this.count;
  }

  /** Refuses a commit on an item that has changed since the mark. */
  check(op: Operation, itemKey: string, mark: number): void {
    if (COMMITS.includes(op) && this.refused() && (this.last.get(itemKey) ?? 0) > mark)
      throw new Refusal('changeKeyOld', op);
  }

  changed(op: Operation, itemKey: string): void {
    if (COMMITS.includes(op)) this.last.set(itemKey, ++this.count);
  }

  clear(): void {
    this.last.clear();
  }
}
