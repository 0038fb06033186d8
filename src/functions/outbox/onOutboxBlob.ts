import type { InvocationContext } from '@azure/functions';
import { ModelBindingData, ResourceFactoryResolver } from '@azure/functions-extensions-base';
import * as df from 'durable-functions';
import { outboxContainer } from '../../core/outbox/receipt';
import { reasonOf } from '../reason';
import { outboxRequest } from './outboxRequest';
import { dependencies } from '../../dependencies';
import { readEnvironment } from '../../settings';
import { logTo } from '../../app/log';
import { OutboxDependencies, startFromOutbox } from '../../app/upkeep/startFromOutbox';

/**
 * A blob was written into the outbox, or the host says so again. The trigger's value, a reference or bytes, is not looked
 * at: the name is enough. Never throws: the host would try five times at once, and the listing comes by every minute.
 */
export async function onOutboxBlob(context: InvocationContext, deps: OutboxDependencies): Promise<void> {
  const blobName = blobNameOf(context);
  if (blobName === undefined) {
    context.error('onOutboxBlob was told no name');
    return;
  }
  if (deps.settings.intake === 'closed') return; // the listing starts it once the intake is open again
  try {
    context.log(`outbox: ${await startFromOutbox(blobName, deps)}`);
  } catch (cause) {
    context.error('The outbox will be listed again in a minute:', reasonOf(cause));
  }
}

/** `container/name` as the host tells it; its `{name}` may have been read as JSON on the way (`1e3` as a number). */
function blobNameOf({ triggerMetadata }: InvocationContext): string | undefined {
  const path = triggerMetadata?.['blobTrigger'];
  const prefix = `${outboxContainer}/`;
  return typeof path === 'string' && path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/**
 * A blob trigger in Node is given the whole blob; with `sdkBinding` a reference, for which somebody must make something.
 * At load, so it must not throw: where another has registered already, that one serves as well.
 */
function takeReferences(): void {
  const resolver = ResourceFactoryResolver.getInstance();
  if (resolver.hasResourceFactory('AzureStorageBlobs')) return;
  resolver.registerResourceFactory('AzureStorageBlobs', (data: ModelBindingData | ModelBindingData[]) =>
    [data].flat().map(({ content }) => content?.toString()),
  );
}

takeReferences();
const { settings } = readEnvironment();
df.app.client.storageBlob('onOutboxBlob', {
  path: `${outboxContainer}/{name}`,
  // settings.ts makes the source the same account where it has no setting of its own
  connection: settings.source === settings.storage ? 'AzureWebJobsStorage' : 'SourceStorage',
  source: settings.outboxTriggerSource,
  sdkBinding: true,
  handler: async (_blob: unknown, client: df.DurableClient, context: InvocationContext) => {
    const deps = dependencies();
    if (deps.problems.length === 0)
      await onOutboxBlob(context, { ...deps, outboxRequest, instances: deps.instances(client), log: logTo(context) });
  },
});
