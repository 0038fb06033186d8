import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { dependencies } from '../../dependencies';
import { logTo } from '../../app/log';
import { reasonOf } from '../reason';
import { advanceDraftSend, DraftSendDependencies } from '../../app/deliveries/nylasSend';

/** Rows come before the send that they lead to: one this old without it was left by a call that died. */
const leftOverMs = 10 * 60_000;

/** Sends of drafts whose callers have gone: each goes on as soon as its attachments are there. */
export async function watchDraftSends(deps: DraftSendDependencies, failed: (cause: unknown) => void): Promise<void> {
  for (const { id, draftKey, at } of await deps.nylas.openSends.list()) {
    const send = (await deps.nylas.drafts.get(draftKey))?.value.send;
    const isOpen = send?.id === id && send.delivery === undefined && !send.fault;
    if (isOpen) await advanceDraftSend(draftKey, send, deps).catch(failed);
    else if (send?.id === id || deps.clock() - at > leftOverMs) await deps.nylas.openSends.remove(id);
  }
}

df.app.client.timer('watchDraftSends', {
  schedule: '30 * * * * *',
  handler: async (_timer: Timer, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length > 0) return;
    const failed = (cause: unknown): void => context.error('watchDraftSends tries again in a minute:', reasonOf(cause));
    await watchDraftSends({ ...deps, instances: deps.instances(client), log: logTo(context) }, failed).catch(failed);
  },
});
