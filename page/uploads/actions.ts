import type { Api } from '../api/client';
import { problemOf } from '../api/problemError';
import { isFinal } from '../api/types';
import { count } from '../words/format';
import { isUnknown } from '../words/states';
import type { Listed } from './listing';

export type ActionName = 'cancel' | 'retry';

/** The file of a delivery is cancelled with its delivery, not alone. */
const resourcePath = (row: Listed): string => ('uploads' in row ? `/deliveries/${row.id}` : `/uploads/${row.id}`);
export const cancelPath = (row: Listed): string =>
  'delivery' in row && row.delivery !== undefined ? `/deliveries/${row.delivery}` : resourcePath(row);

export const canCancel = (row: Listed): boolean => !isFinal(row) && row.status !== 'cancelling';
/** Only uploads are retried by the app, and one of a delivery would miss the delivery's send. */
export const canRetry = (row: Listed): boolean =>
  !('uploads' in row) && row.delivery === undefined && (row.status === 'failed' || row.status === 'cancelled');

/** @throws ProblemError */
export async function act(api: Api, name: ActionName, row: Listed, evenIfAttached = false): Promise<void> {
  if (name === 'cancel') await api.call('DELETE', cancelPath(row));
  else await api.call('POST', `${resourcePath(row)}/retry`, { body: evenIfAttached ? { evenIfAttached } : {} });
}

/** Several, one after another. @returns what came of it, as a sentence */
export async function actOnMany(api: Api, name: ActionName, rows: readonly Listed[]): Promise<string> {
  const able = rows.filter(name === 'cancel' ? canCancel : canRetry);
  const unclear = name === 'retry' ? able.filter(isUnknown) : [];
  const paths = new Set<string>();
  const refusals: string[] = [];
  let done = 0;
  for (const row of able) {
    const path = name === 'cancel' ? cancelPath(row) : row.id;
    if (unclear.includes(row) || paths.has(path)) continue;
    paths.add(path);
    await act(api, name, row).then(
      () => done++,
      (cause: unknown) => refusals.push(problemOf(cause).detail),
    );
  }
  const verb = name === 'cancel' ? 'are being cancelled' : 'are tried again';
  return [
    `${count(done, 'upload')} ${done === 1 ? verb.replace('are', 'is') : verb}.`,
    unclear.length > 0
      ? `${count(unclear.length, 'upload')} may be attached already: look at each before you try again.`
      : '',
    refusals.length > 0 ? `${count(refusals.length, 'refusal')}: ${refusals[0] ?? ''}` : '',
    able.length < rows.length ? `${count(rows.length - able.length, 'other')} left as they are.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
