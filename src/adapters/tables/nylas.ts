import type { NylasStore } from '../../core/nylas/store';
import type { TableAccount } from './access';
import { tableDocuments } from './documents';

/** What the facade remembers, in one table, a partition a kind. */
export const tableNylasStore = (account: TableAccount, tableName = 'blobToOutlookNylas'): NylasStore => ({
  sessions: tableDocuments(account, tableName, 'session'),
  calls: tableDocuments(account, tableName, 'call'),
  drafts: tableDocuments(account, tableName, 'draft'),
  schedules: tableDocuments(account, tableName, 'schedule'),
  openSends: tableDocuments(account, tableName, 'openSend'),
});
