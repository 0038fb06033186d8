import { createHash } from 'node:crypto';
import { itemKey, parseItemPath } from '../core/itemPath';
import type { Claim, ClaimScope } from '../core/ports';
import type { UploadRecord } from '../core/uploadRecord';
import type { Row } from './tableAccess';

/**
 * The rows of the one partition, by the beginning of their key. An id stands in keys as its inverted hex digits: rows
 * come in key order, so the newest upload comes first.
 *   r-{id}                the record: JSON in pieces, and what its index rows are made of
 *   i-{item}-{id}         index by item           (written with the record, for good)
 *   f-{reference}-{id}    index by reference      (likewise)
 *   s-{state}-{id}        index by state          (moves with the state, in one transaction with the record)
 *   e-{endedAt}-{id}      finished ones, in the order they ended
 *   c-{scope}-{key}       claims
 */
export const recordKey = (id: string): string => `r-${inverted(id)}`;
export const claimKey = (scope: ClaimScope, key: string): string => `c-${scope}-${hashOf(key)}`;
export const itemIndex = (item: string): string => `i-${hashOf(canonical(item))}`;
export const referenceIndex = (reference: string): string => `f-${hashOf(reference)}`;
export const stateIndex = (state: UploadRecord['state']): string => `s-${state}`;
export const endedKey = (endedAt: number, id: string): string => `e-${padded(endedAt)}-${inverted(id)}`;

export const itemHash = (item: string): string => hashOf(canonical(item));
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
/** Milliseconds as text that sorts as the number does. */
export const padded = (ms: number): string => String(ms).padStart(15, '0');
export const inverted = (id: string): string =>
  id.replaceAll('-', '').replace(/./g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));

/** What the record's index rows are made of: enough to find and move them without reading the record's JSON. */
export interface IndexedBy {
  readonly state: UploadRecord['state'];
  readonly endedAt: number | undefined;
}

/** The index rows that follow the state. */
export const stateRows = (id: string, { state, endedAt }: IndexedBy): string[] => [
  `${stateIndex(state)}-${inverted(id)}`,
  ...(endedAt === undefined ? [] : [endedKey(endedAt, id)]),
];
/** The index rows that are there as long as the record. */
export const fixedRows = ({ id, request }: UploadRecord): string[] => [
  `${itemIndex(request.item)}-${inverted(id)}`,
  ...(request.reference === null ? [] : [`${referenceIndex(request.reference)}-${inverted(id)}`]),
];
/** An index row holds what a list can be narrowed by further. */
export const indexRow = (rowKey: string, { id, request }: UploadRecord): Row => ({
  rowKey,
  id,
  item: itemHash(request.item),
  ...(request.reference === null ? {} : { reference: hashOf(request.reference) }),
});

/** A property of a table row holds at most 32,768 characters. */
const pieceLength = 30_000;

export function recordRow(record: UploadRecord): Row {
  const json = asciiJson(record);
  const row: Row = { rowKey: recordKey(record.id), state: record.state };
  if (record.end) row['endedAt'] = padded(record.end.endedAt);
  for (let at = 0; at < json.length; at += pieceLength) row[pieceName(at)] = json.slice(at, at + pieceLength);
  return row;
}

export function recordOf(row: Row): UploadRecord {
  let json = '';
  for (let piece = row[pieceName(0)]; typeof piece === 'string'; piece = row[pieceName(json.length)]) json += piece;
  return JSON.parse(json) as UploadRecord; // written by recordRow only
}

const pieceName = (at: number): string => `json${at / pieceLength}`;
/** Only ASCII, so that no piece ends within a character. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const claimRow = (rowKey: string, claim: Claim): Row => ({
  rowKey,
  uploadId: claim.uploadId,
  ...(claim.fingerprint === undefined ? {} : { fingerprint: claim.fingerprint }),
  claimedAt: padded(claim.claimedAt),
});

export const claimOf = (row: Row): Claim => ({
  uploadId: String(row['uploadId']),
  ...(typeof row['fingerprint'] === 'string' ? { fingerprint: row['fingerprint'] } : {}),
  claimedAt: Number(row['claimedAt']),
});

/** Items are compared by their canonical path; what is none (it cannot have been accepted) as it is. */
function canonical(item: string): string {
  const parsed = parseItemPath(item);
  return parsed.ok ? itemKey(parsed.item) : item;
}
