import type { ChosenFile } from '../files/chosenFile';

/** Where files go. */
export type Target =
  | { readonly kind: 'item'; readonly item: string; readonly label: string }
  | {
      readonly kind: 'draft';
      readonly mailbox: string;
      readonly subject: string;
      readonly to: readonly string[];
      readonly text: string;
    };

export interface BatchFile {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** as the browser knows it, to recognise it when it is chosen again after a reload */
  readonly chosenName: string;
  readonly lastModified: number;
  /** where it lies in storage, once it is there whole */
  readonly blob?: string;
}

/** Files that go to one place by one press of the button; kept in the tab's session over a reload. */
export interface Batch {
  readonly id: string;
  readonly createdAt: string;
  readonly target: Target;
  readonly send: boolean;
  readonly files: readonly BatchFile[];
  /** counts fresh starts: each has an Idempotency-Key of its own */
  readonly round: number;
  /** attach it also where an upload of the same file to the same item is known */
  readonly evenIfKnown: boolean;
  /** the app was asked in this round, whether or not its answer arrived */
  readonly asked?: true;
  /** the upload or delivery that the app made of it */
  readonly resource?: { readonly kind: 'uploads' | 'deliveries'; readonly id: string };
}

export function newBatch(chosen: readonly ChosenFile[], target: Target, send: boolean): Batch {
  const files = chosen.map(({ key, file, name }) => {
    return { key, name, size: file.size, chosenName: file.name, lastModified: file.lastModified };
  });
  const createdAt = new Date().toISOString();
  return { id: crypto.randomUUID(), createdAt, target, send, files, round: 1, evenIfKnown: false };
}

export const withBlob = (
  { key, name, size, chosenName, lastModified }: BatchFile,
  blob: string | undefined,
): BatchFile => ({ key, name, size, chosenName, lastModified, ...(blob === undefined ? {} : { blob }) });

/** The same batch as it was before the app was asked. */
export const nextRound = ({ id, createdAt, target, send, files, round, evenIfKnown }: Batch): Batch => ({
  ...{ id, createdAt, target, send, files, evenIfKnown },
  round: round + 1,
});

/** What the app is asked to do once every file is in storage. One file to an item is an upload, anything else a delivery. */
export function requestOf({ files, target, send, evenIfKnown }: Batch): {
  path: '/uploads' | '/deliveries';
  body: unknown;
} {
  const attachments = files.map(({ blob, name }) => ({ blob, name }));
  if (target.kind === 'item' && files.length === 1 && !send) {
    return {
      path: '/uploads',
      body: { ...attachments[0], item: target.item, ...(evenIfKnown ? { duplicate: 'allow' } : {}) },
    };
  }
  // without a send the files are worth having one by one
  const rest = { attachments, send, onFailure: send ? 'remove' : 'keep' };
  return {
    path: '/deliveries',
    body: { ...(target.kind === 'item' ? { item: target.item } : draftOf(target)), ...rest },
  };
}

function draftOf({ mailbox, subject, to, text }: Target & { kind: 'draft' }): object {
  const toRecipients = to.map((address) => ({ emailAddress: { address } }));
  const message = { subject, body: { contentType: 'text', content: text }, toRecipients };
  return { mailbox, message };
}

const storeName = 'blob-to-outlook.batches';

export function keptBatches(): Batch[] {
  try {
    return JSON.parse(sessionStorage.getItem(storeName) ?? '[]') as Batch[];
  } catch {
    return [];
  }
}

export function keepBatches(batches: readonly Batch[]): void {
  try {
    sessionStorage.setItem(storeName, JSON.stringify(batches));
  } catch {
    // full or forbidden: then a reload forgets them, and the list below still shows what the app knows
  }
}
