const segmenter = new Intl.Segmenter();

/** East Asian characters and emoji take two columns of a terminal (Unicode Standard Annex 11). */
const wide =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

const columnsOf = (character: string): number => (wide.test(character) ? 2 : 1);

/** The beginning of the text that fits, with … where something was cut off. */
export function fitted(text: string, columns: number): string {
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  let used = characters.reduce((sum, character) => sum + columnsOf(character), 0);
  if (used <= columns) return text;
  while (used > columns - 1) used -= columnsOf(characters.pop() ?? '');
  return `${characters.join('')}…`;
}

/** Cut or filled up to exactly so many columns. */
export function inColumns(text: string, columns: number): string {
  const kept = fitted(text, columns);
  const used = Array.from(segmenter.segment(kept)).reduce((sum, { segment }) => sum + columnsOf(segment), 0);
  return kept + ' '.repeat(Math.max(0, columns - used));
}
