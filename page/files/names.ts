/** What a file may be called at the service: the rules of POST …/files and POST …/uploads. */
export const longestName = 255;

/** Why a name cannot be sent, in words; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'The name is empty.';
  if (name.length > longestName)
    return `The name has ${name.length} characters, and ${longestName} is the most Outlook takes. An emoji counts as two or more.`;
  if (/[\u0000-\u001f\u007f\p{Cs}]/u.test(name)) return 'The name holds characters that cannot be shown or sent.';
  if (/[/\\]/.test(name)) return 'A name cannot hold a slash or a backslash.';
  if (/^\.+$/.test(name)) return 'A name cannot be made of dots only.';
  return undefined;
}

/** The name as it is shown and sent: composed (macOS gives decomposed ones). */
export const composed = (name: string): string => name.normalize('NFC');

/** The nearest name that can be sent. Whole characters are cut, and the ending stays. */
export function mendedName(name: string): string {
  const clean = composed(name).replace(/[\u0000-\u001f\u007f\p{Cs}/\\]/gu, '-');
  const named = /^\.*$/.test(clean) ? `file${clean === '' ? '' : clean.replace(/\.+/, '.dat')}` : clean;
  if (named.length <= longestName) return named;
  const ending = /\.[^.]{1,20}$/.exec(named)?.[0] ?? '';
  return firstCharacters(named.slice(0, named.length - ending.length), longestName - ending.length) + ending;
}

/** At most so many UTF-16 units, without breaking what a reader sees as one character. */
function firstCharacters(text: string, most: number): string {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > most) break;
    kept += segment;
  }
  return kept;
}
