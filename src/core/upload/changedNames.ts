import type { Warning } from '../job/story';

/** What Windows takes in no file name, and what mail programs therefore replace when they store or save an attachment. */
const replaced = /[\\/:*?"<>|]/;
const cutOff = /^\s|[\s.]$/u;

/** A warning where services and mail programs are known to change a name (docs/outlook-facts.md). */
export function changedNameWarnings(name: string): Warning[] {
  const why = replaced.test(name)
    ? 'holds a character that Windows takes in no file name (\\ / : * ? " < > |)'
    : cutOff.test(name)
      ? 'begins with a space, or ends with a space or a dot'
      : undefined;
  if (why === undefined) return [];
  const detail = `The name ${why}: the service and mail programs may change it. The result tells the name that the service keeps.`;
  return [{ code: 'MayBeRenamed', detail }];
}
