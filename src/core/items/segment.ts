import { collections } from './grammar';

/** One step of a path as it was written: decoded, its place among the segments (from 1), what is wrong with it alone. */
export interface PathSegment {
  readonly text: string;
  readonly position: number;
  readonly fault: string | undefined;
}

const maxSegmentLength = 512;
const refused: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\\/, 'holds a backslash'],
  [/\?/, 'holds "?"'],
  // invisible ones too, and halves of surrogate pairs, which cannot be percent-encoded
  [/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u, 'holds a control character'],
];

/** One written segment, as two where it has an OData key: `messages('AAMk…')` is `messages/AAMk…` (docs/items.md). */
export function readSegment(written: string, position: number): PathSegment[] {
  const text = percentDecoded(written);
  if (text === undefined) {
    return [{ text: written, position, fault: 'is wrongly percent-encoded (a "%" itself is written %25)' }];
  }
  const fault = written.includes('#') ? 'holds "#" (in a guest\'s name it is written %23)' : segmentFault(text);
  const [, collection, key] = keyForm(text) ?? [];
  if (collection === undefined || key === undefined) return [{ text, position, fault }];
  const id = key.replaceAll("''", "'");
  const idFault = keyForm(id) ? 'is a key inside a key' : segmentFault(id);
  return [
    { text: collection, position, fault },
    { text: id, position, fault: idFault },
  ];
}

/** A segment as it may be shown: cut, harmless in a log, and without a query, which could be an upload URL's token. */
export function shown(text: string): string {
  const [path = ''] = text.split(/[?#]/, 1);
  const cut = path.length > 60 ? `${path.slice(0, 60)}…` : path;
  return `"${cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')}"`;
}

function segmentFault(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (text.length > maxSegmentLength) return `is longer than ${maxSegmentLength} characters`;
  if (climbs(text)) return 'holds "." or ".." as a step';
  return refused.find(([pattern]) => pattern.test(text))?.[1];
}

/** Whether somebody on the way who decodes once more, or takes %2F for a slash, would see a step out of the path. */
function climbs(text: string): boolean {
  if (text.split(/[/\\]/).some((step) => step === '.' || step === '..')) return true;
  const again = text.replace(/%(?:2[5ef]|5c)/gi, (encoded) => decodeURIComponent(encoded));
  return again !== text && climbs(again);
}

function keyForm(text: string): RegExpExecArray | undefined {
  const match = /^([a-z]+)\('(.*)'\)$/i.exec(text);
  return match && collections.has((match[1] ?? '').toLowerCase()) ? match : undefined;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
