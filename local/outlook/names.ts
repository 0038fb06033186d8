/** Names as services keep them: reports tell of spaces cut off, NFC, other characters for those that Windows refuses. */
import * as z from 'zod';

export const NameChanges = z.strictObject({
  /** Spaces at both ends and dots at the end go. */
  trim: z.boolean(),
  /** Composed to NFC: macOS gives names decomposed. */
  compose: z.boolean(),
  /** `\ / : * ? " < > |` and control characters become `_`. */
  replace: z.boolean(),
  /** At most so many UTF-16 units; 0: no limit. */
  cutTo: z.int().min(0),
});
export type NameChanges = z.infer<typeof NameChanges>;

export const KEPT_NAMES: NameChanges = { trim: false, compose: false, replace: false, cutTo: 0 };

/** The name that is stored for the one that was given. */
export function storedName(given: string, { trim, compose, replace, cutTo }: NameChanges): string {
  let name = compose ? given.normalize('NFC') : given;
  if (replace) name = name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_');
  if (cutTo > 0) name = name.slice(0, cutTo).replace(/[\ud800-\udbff]$/, '');
  return trim ? name.trim().replace(/\.+$/, '') : name;
}
