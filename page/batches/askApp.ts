import type { Api } from '../api/client';
import { ProblemError } from '../api/problemError';
import type { Delivery, Upload } from '../api/types';
import { backoffMs, pause } from '../staging/patience';
import { type Batch, requestOf } from './batch';

/** What the app made of a batch. */
export interface Made {
  readonly resource: Required<Batch>['resource'];
  readonly latest: Upload | Delivery;
  /** the app had such an upload already, and gave that one */
  readonly reused: boolean;
}
const mostAttempts = 8;

/** Asks the app for the upload or delivery. The key makes every repeat the same request, also after a reload. */
export async function askApp(batch: Batch, isFirst: boolean, api: Api, signal: AbortSignal): Promise<Made> {
  const { path, body } = requestOf(batch);
  const headers = { 'idempotency-key': `page-${batch.id}-${batch.round}` };
  for (let attempt = 1; ; attempt++) {
    try {
      const { body: latest, replayed } = await api.call<Upload | Delivery>('POST', path, { body, headers });
      const kind = path === '/uploads' ? 'uploads' : 'deliveries';
      // a repeat of our own request is no surprise to anybody
      return { resource: { kind, id: latest.id }, latest, reused: replayed && isFirst && attempt === 1 };
    } catch (cause) {
      const mayPass = cause instanceof ProblemError && cause.problem.retryable === true;
      if (!mayPass || attempt === mostAttempts) throw cause;
      await pause(backoffMs(attempt), signal);
    }
  }
}
