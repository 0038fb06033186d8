import { InvocationContext } from '@azure/functions';
import { ResourceFactoryResolver } from '@azure/functions-extensions-base';
import { onOutboxBlob } from '../../../src/functions/outbox/onOutboxBlob';
import { OutboxWorld, outboxWorld } from './support/outboxWorld';

const name = 'users/megan@contoso.com/messages/AAMk%3D/q3.pdf';

describe('the trigger of the outbox', () => {
  let w: OutboxWorld;
  let logged: string[];
  beforeEach(() => {
    w = outboxWorld();
    logged = [];
  });
  const fire = (triggerMetadata: Record<string, unknown>) =>
    onOutboxBlob(
      new InvocationContext({
        functionName: 'onOutboxBlob',
        triggerMetadata,
        logHandler: (level, ...args) => void logged.push(`${level} ${args.map(String).join(' ')}`),
      }),
      w.deps,
    );

  it('takes the name from the host, whatever it gives as the blob', async () => {
    w.outbox.put(name);
    await fire({ blobTrigger: `outbox/${name}`, name });
    expect((await w.uploads())[0]?.request.blob?.name).toBe(name);
    expect(logged).toEqual(['information outbox: accepted']);
  });

  it('takes a name for a name that the host reads as a number', async () => {
    w.outbox.put('1e3');
    await fire({ blobTrigger: 'outbox/1e3', name: 1000 });
    expect(w.outbox.receiptOf('1e3')).toMatchObject({ state: 'refused', body: { code: 'InvalidItem' } });
  });

  it('throws nothing: what fails is logged without the words of others, and listed again', async () => {
    w.outbox.put(name);
    const secret = Object.assign(new Error('https://x/?sig=SECRET'), { name: 'RestError' });
    w.outbox.before = (operation) => {
      if (operation === 'write') throw secret;
    };
    await fire({ blobTrigger: `outbox/${name}` });
    await fire({});
    expect(logged).toEqual([expect.stringMatching(/^error .*RestError$/), expect.stringMatching(/^error /)]);
    expect(logged.join()).not.toContain('SECRET');
  });

  it('has registered for references at load, and a second load does not throw', () => {
    const resolver = ResourceFactoryResolver.getInstance();
    expect(resolver.hasResourceFactory('AzureStorageBlobs')).toBe(true);
    const content = Buffer.from('{"Connection":"x","ContainerName":"outbox","BlobName":"a"}');
    const data = { version: '1.0', source: 'AzureStorageBlobs', contentType: 'application/json', content };
    expect(() => resolver.createClient('AzureStorageBlobs', data)).not.toThrow();
    jest.isolateModules(() => {
      jest.doMock('@azure/functions-extensions-base', () => ({ ResourceFactoryResolver }));
      expect(() => void jest.requireActual('../../../src/functions/outbox/onOutboxBlob')).not.toThrow();
    });
  });
});
