import { fileSize } from '../words/format';
import { composed, nameProblem } from './names';

/** A file that somebody chose, not sent yet. */
export interface ChosenFile {
  readonly key: string;
  readonly file: File;
  /** as it will be called at the item */
  readonly name: string;
}

export const chosen = (file: File): ChosenFile => ({ key: crypto.randomUUID(), file, name: composed(file.name) });

/** Why this file cannot be sent, told before a byte of it is read. */
export function fileProblem({ file, name }: ChosenFile, mostBytes: number): string | undefined {
  if (file.size > mostBytes)
    return `The file has ${fileSize(file.size)}, and ${fileSize(mostBytes)} is the most an attachment may have. Share a link to it instead.`;
  if (file.size === 0) return 'The file is empty: Outlook takes no empty attachments.';
  return nameProblem(name);
}

/** The most files of one delivery: `maxFiles` of the API, with which the page shares no code. */
export const mostFiles = 100;

/** Why so many files cannot be sent together; checked before a byte of them is read. */
export const countProblem = (files: number): string | undefined =>
  files > mostFiles ? `At most ${mostFiles} files can be attached at a time: remove ${files - mostFiles}.` : undefined;

/** The media type, where it has a form that the app takes. */
export const mediaType = (file: { readonly type: string }): string | undefined =>
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(file.type) ? file.type : undefined;
