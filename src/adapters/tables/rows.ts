import { createHash } from 'node:crypto';
import { itemKey, parseItemPath } from '../../core/items/path';
import type { Claim, ClaimScope } from '../../core/job/ports';
import { readUploadRecord } from '../../core/upload/oldRecord';
import type { UploadRecord } from '../../core/upload/record';
import type { Row, RowKeys } from './access';

/** An id in a row key, as its inverted hex digits: rows come in key order, so the newest upload comes first. */
export const inverted = (id: string): string =>
  id.replaceAll('-', '').replace(/./g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
/** The key after which the ids made before that time (ms) begin. */
export const keyAt = (ms: number): string => `${inverted(ms.toString(16).padStart(12, '0'))}g`;
/** Milliseconds as text that sorts as the number does. */
export const padded = (ms: number): string => String(ms).padStart(15, '0');
/** What may stand in a key, whatever was in the text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
/** Items are compared by their canonical path; what is none (it cannot have been accepted) as it is. */
export function itemHash(item: string): string {
  const parsed = parseItemPath(item);
  return hashOf(parsed.ok ? itemKey(parsed.item) : item);
}

/** So many finished records are read and removed at a time. */
export const endedAtOnce = 500;

export const recordPartition = 'uploads';
export const recordKeys = (id: string): RowKeys => ({ partitionKey: recordPartition, rowKey: inverted(id) });

/** A property of a table row holds at most 32,768 characters: the record's JSON lies in pieces. */
const pieceLength = 30_000;

export function recordRow(record: UploadRecord): Row {
  const row: Row = { ...recordKeys(record.id), state: record.state, ...jsonPieces(asciiJson(record)) };
  if (record.request.item === null) row['unplaced'] = 'yes'; // not in the index of items yet
  if (record.end) row['endedAt'] = padded(record.end.endedAt);
  if (hasLeft(record)) row['left'] = 'yes';
  return row;
}

/** It has ended, and a session of it may still be open. */
export const hasLeft = ({ end, facts }: UploadRecord): boolean => end !== undefined && facts.sessions.length > 0;

/** A record as any version wrote it. Throws where the row holds no record. */
export const recordFromRow = (row: Row): UploadRecord => readUploadRecord(JSON.parse(jsonOf(row)), hashOfId);

/** Told of a row that no version of the app has written, by its key. */
export type Unreadable = (rowKey: string) => void;

/** The records of these rows. One that cannot be read keeps none of the others back. */
export const readable =
  <R extends { readonly id: string; readonly request: unknown }>(read: (row: Row) => R, unreadable: Unreadable) =>
  (found: readonly (Row | undefined)[]): R[] =>
    found.flatMap((row) => {
      const record = row && attempt(() => read(row));
      if (row && !isRecord(record)) unreadable(row.rowKey);
      return isRecord(record) ? [record] : [];
    });

function attempt<R>(read: () => R): R | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const isRecord = <R>(record: R | undefined): record is R =>
  typeof record === 'object' && record !== null && 'request' in record && typeof record.request === 'object';

/** What a record keeps of an attachment's id. */
const hashOfId = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 16);

/** JSON as columns of a row, which holds 1 MiB in all (of UTF-16). */
export function jsonPieces(json: string): Record<string, string> {
  const pieces: Record<string, string> = {};
  for (let at = 0; at < json.length; at += pieceLength) pieces[pieceName(at)] = json.slice(at, at + pieceLength);
  return pieces;
}

export function jsonOf(row: Row): string {
  let json = '';
  for (let piece = row[pieceName(0)]; piece; piece = row[pieceName(json.length)]) json += piece;
  return json;
}

const pieceName = (at: number): string => `json${at / pieceLength}`;
/** Only ASCII, so that no piece ends within a character. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const claimKeys = (scope: ClaimScope, key: string): RowKeys => ({ partitionKey: scope, rowKey: hashOf(key) });

export const claimRow = (keys: RowKeys, claim: Claim): Row => ({
  ...keys,
  uploadId: claim.uploadId,
  ...(claim.fingerprint === undefined ? {} : { fingerprint: claim.fingerprint }),
  ...(claim.attachmentId === undefined ? {} : { attachmentId: claim.attachmentId }),
  claimedAt: padded(claim.claimedAt),
});

export const claimOf = ({ uploadId = '', fingerprint, attachmentId, claimedAt }: Row): Claim => ({
  uploadId,
  ...(fingerprint === undefined ? {} : { fingerprint }),
  ...(attachmentId === undefined ? {} : { attachmentId }),
  claimedAt: Number(claimedAt),
});
