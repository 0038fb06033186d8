import type { Versioned } from './ports';

/** Small documents by key, each replaced only in the version that was read. */
export interface Documents<T> {
  /** Undefined where there is one already. */
  insert(key: string, value: T, at: number): Promise<Versioned<T> | undefined>;
  get(key: string): Promise<Versioned<T> | undefined>;
  /** False where it is gone or another one by now. */
  replace(key: string, value: T, version: string, at: number): Promise<boolean>;
  remove(key: string): Promise<void>;
  list(): Promise<T[]>;
  /** Removes those last written before that time (ms), at most `limit`; how many. */
  removeBefore(writtenBefore: number, limit: number): Promise<number>;
}
