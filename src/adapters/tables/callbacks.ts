import type { CallbackStore } from '../../core/callback/ports';
import type { TableAccount } from './access';
import { tableDocuments } from './documents';

/** Callbacks in one table, a partition a kind. */
export const tableCallbacks = (account: TableAccount, tableName: string): CallbackStore => ({
  all: tableDocuments(account, tableName, 'callback'),
  open: tableDocuments(account, tableName, 'open'),
});
