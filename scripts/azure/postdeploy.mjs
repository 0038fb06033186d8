// After a deployment: makes the Event Grid subscription of the outbox, and proves one event from end to end.
// Again by itself: azd hooks run postdeploy
import { environment, hook } from './az.mjs';
import { subscribe } from './eventSubscription.mjs';
import { proveOutbox } from './proveOutbox.mjs';

await hook(async () => {
  const env = environment(
    'AZURE_SUBSCRIPTION_ID',
    'AZURE_RESOURCE_GROUP',
    'FUNCTION_APP_NAME',
    'FUNCTION_APP_URL',
    'SOURCE_STORAGE_ACCOUNT',
    'EVENT_GRID_TOPIC',
  );
  await subscribe({
    group: `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}/resourceGroups/${env.AZURE_RESOURCE_GROUP}/providers`,
    topic: env.EVENT_GRID_TOPIC,
    app: env.FUNCTION_APP_NAME,
    url: env.FUNCTION_APP_URL,
  });
  console.log('Event Grid tells the app of blobs in the outbox.');
  if (process.env['PROVE_OUTBOX'] === 'false') return console.log('Not proven: PROVE_OUTBOX is false.');
  if (process.env['SOURCE_STORAGE_PRIVATE'] === 'true' && process.env['INSIDE_NETWORK'] !== 'true') {
    return console.log(
      'Not proven: the storage account takes calls from its virtual network only. Run the hook there again, with INSIDE_NETWORK=true.',
    );
  }
  await proveOutbox({
    resourceGroup: env.AZURE_RESOURCE_GROUP,
    app: env.FUNCTION_APP_NAME,
    account: env.SOURCE_STORAGE_ACCOUNT,
  });
});
