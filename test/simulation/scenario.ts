import type { Traits } from './traits';

/** What is uploaded to what kind of service. Bytes are few: a range has four. */
export interface Scenario {
  readonly name: string;
  readonly totalBytes: number;
  readonly way: 'post' | 'session';
  /** So many uploads of the same file to the same item, at once. */
  readonly uploads: number;
  /** How they differ, beside their ids: in nothing, in the attachment's name, in the path of the item. */
  readonly differ?: 'names' | 'paths';
  /** Ranges that one activity may send; 1 where left out. */
  readonly rangesPerActivity?: number;
  readonly statusAnswer: 200 | 404 | 405;
  readonly sessionMs: number;
  readonly deadlineMs: number;
  /** The first upload's record as version 0.1 left it, in the middle of a commit. */
  readonly isOld?: true;
  /** What this service does that others do not. */
  readonly traits?: Traits;
}

export const rangeSizeBytes = 4;
export const startedAt = Date.parse('2026-11-22T09:00:00Z');
export const settleMs = 60_000;

/** The item's paths: under its mailbox's UPN, and under its mailbox's object id, in a folder, by its immutable id. */
const paths = [
  'users/megan@contoso.com/messages/AAMkAD=',
  'users/0d6a1a2e-7c1f-4f0e-9b55-0a6a5f1c2b77/mailFolders/inbox/messages/AAkALgD=',
] as const;
export const ownerId = '0d6a1a2e-7c1f-4f0e-9b55-0a6a5f1c2b77';
/** What tells the model's items apart, and what Graph gives for it. */
export const itemId = 'AAMkAD=';
export const immutableId = 'AAkALgD=';
export const itemIdOf = (path: string | undefined): string => {
  const id = path?.split('/').at(-1) ?? '';
  return id === immutableId ? itemId : id;
};

export const pathOf = ({ differ }: Scenario, nth: number): string =>
  paths[differ === 'paths' ? nth % 2 : 0] ?? paths[0];

/** A name that this service stores otherwise, if it has that trait. */
export function nameOf({ differ, traits }: Scenario, nth: number): string {
  if (differ === 'names' && nth % 2 === 1) return 'annex to q3.pdf';
  switch (traits?.renames) {
    case 'trimmed':
      return ' q3.pdf ';
    case 'composed':
      return 're\u0301sume\u0301.pdf';
    case 'replaced':
      return 'q3: draft (2).pdf';
    case 'cut':
      return `${'minutes of the quarterly meeting '.repeat(3)}.pdf`;
    case undefined:
      return 'q3.pdf';
  }
}
