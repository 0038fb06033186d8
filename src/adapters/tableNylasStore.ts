import type { NylasStore } from '../core/ports';
import type { TableAccount } from './tableAccess';
import { tableDocuments } from './tableDocuments';

/** What the facade remembers, in one table, a partition a kind. */
export const tableNylasStore = (account: TableAccount, tableName = 'blobToOutlookNylas'): NylasStore => ({
  sessions: tableDocuments(account, tableName, 'session'),
  calls: tableDocuments(account, tableName, 'call'),
  drafts: tableDocuments(account, tableName, 'draft'),
  schedules: tableDocuments(account, tableName, 'schedule'),
  openSends: tableDocuments(account, tableName, 'openSend'),
});
