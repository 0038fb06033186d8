// The Event Grid subscription that tells the app of blobs in the outbox.
import { arm, until } from './az.mjs';

const functionName = 'onOutboxBlob';
/** The functions of the outbox: the hooks know them by these names. */
const needed = [functionName, 'listOutbox'];
const site = 'api-version=2025-03-01';

/** Makes it or brings it up to date, and waits until Azure has asked the app whether it wants the events. */
export async function subscribe({ group, topic, app, url }) {
  const path = `${group}/Microsoft.EventGrid/systemTopics/${topic}/eventSubscriptions/outbox?api-version=2025-02-15`;
  const endpointUrl = await endpointOf(`${group}/Microsoft.Web/sites/${app}`, url);
  arm('put', path, {
    properties: {
      destination: { endpointType: 'WebHook', properties: { endpointUrl, maxEventsPerBatch: 1 } },
      eventDeliverySchema: 'EventGridSchema',
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated'],
        // with /blobs/: without it, `outbox` would also be the beginning of `outbox-old`
        subjectBeginsWith: '/blobServices/default/containers/outbox/blobs/',
        isSubjectCaseSensitive: true,
        // each of them ends a write; a blob in the making is none
        advancedFilters: [
          {
            operatorType: 'StringIn',
            key: 'data.api',
            values: ['PutBlob', 'PutBlockList', 'CopyBlob', 'FlushWithClose'],
          },
        ],
      },
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    },
  });
  const state = await until(300, () => {
    const { provisioningState } = arm('get', path).properties;
    return /^(Succeeded|Failed|Canceled)$/.test(provisioningState) && provisioningState;
  });
  if (state !== 'Succeeded') {
    throw new Error(
      `The Event Grid subscription "outbox" is ${state ?? 'not ready after 5 minutes'}: see it in the portal.`,
    );
  }
}

/** The address holds a key that the app makes when its blob trigger has started. */
async function endpointOf(path, url) {
  let names = [];
  const found = await until(300, () => {
    names = arm('get', `${path}/functions?${site}`).value.map(({ name }) => name.split('/').at(-1));
    return needed.every((name) => names.includes(name));
  });
  if (!found) {
    // events to a name that does not exist are answered 202, and lost
    const others = names.length > 0 ? `only ${names.join(', ')}` : 'no function at all';
    throw new Error(
      `The app should have the functions ${needed.join(', ')}, but has ${others}. Did the deployment succeed?`,
    );
  }
  const key = await until(300, () => arm('post', `${path}/host/default/listkeys?${site}`).systemKeys?.blobs_extension);
  if (!key) throw new Error('The app has made no key blobs_extension: has it started? See /api/health.');
  return `${url}/runtime/webhooks/blobs?functionName=Host.Functions.${functionName}&code=${encodeURIComponent(key)}`;
}
