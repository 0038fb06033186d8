const { app } = require('@azure/functions');
const { ResourceFactoryResolver } = require('@azure/functions-extensions-base');
const { appendFileSync } = require('node:fs');

const resolver = ResourceFactoryResolver.getInstance();
if (!resolver.hasResourceFactory('AzureStorageBlobs'))
  resolver.registerResourceFactory('AzureStorageBlobs', (data) => JSON.parse(data.content.toString()));

const note = (value) =>
  process.env.TRIGGER_FILE && appendFileSync(process.env.TRIGGER_FILE, `${JSON.stringify(value)}\n`);

app.timer('everySecond', {
  schedule: '%EVERY_SECOND%',
  handler: (timer) => note({ timer: 'everySecond', ...timer }),
});
app.timer('yearly', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: process.env.RUN_ON_STARTUP === '1',
  handler: (timer) => note({ timer: 'yearly', ...timer }),
});

if (process.env.BLOB_TRIGGERS === '1') {
  app.storageBlob('onReference', {
    path: 'inbox/{name}',
    connection: 'AzureWebJobsStorage',
    sdkBinding: true,
    handler: (blob, context) => note({ reference: blob, metadata: context.triggerMetadata }),
  });
  app.storageBlob('onBytes', {
    path: 'texts/{name}.txt',
    connection: 'AzureWebJobsStorage',
    handler: (blob, context) => {
      note({ bytes: blob.toString(), name: context.triggerMetadata.name });
      if (blob.toString() === 'bad') throw new Error('a bad text');
    },
  });
  app.storageBlob('onGrid', {
    path: 'grid/{name}',
    connection: 'AzureWebJobsStorage',
    source: 'EventGrid',
    sdkBinding: true,
    handler: (blob) => note({ grid: blob.BlobName }),
  });
}
