import type { Api } from '../api/api';
import { ApiError } from '../api/apiError';
import type { Target } from './plan';

/** Files below this are sent at once: asking first would take longer. */
const worthAskingBytes = 8 * 1024 * 1024;

/**
 * Asks whether the app may attach anything there, before many bytes are sent for nothing. The app looks at form and rights
 * before it looks for the blob; this one never exists, so that nothing can come of it.
 * @throws ApiError
 */
export async function refuseEarly(api: Api, target: Target, bytes: number, signal: AbortSignal): Promise<void> {
  if (bytes < worthAskingBytes) return;
  const item = target.kind === 'item' ? target.item : `${target.mailbox}/messages/none`;
  const body = { blob: 'uploads/.staged/none/none', item, name: 'none' };
  try {
    await api.call('POST', '/api/uploads?dryRun=true', { body, signal });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
