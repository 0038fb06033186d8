import { kindOf } from '../../src/core/items/kinds';
import { itemForms, type ItemForm } from '../../src/core/items/grammar';
import { blobService } from '../../local/parts/storage';
import { templates } from '../core/items/itemTemplates';
import { forAll, FormsWorld, startForms } from './formsWorld';

const templateOf = (form: ItemForm): string =>
  templates.find(([each, path]) => each === form && !path.startsWith('me'))![1];
const item = (type: string, properties: object) => ({
  '@odata.type': '#microsoft.graph.itemAttachment',
  item: { '@odata.type': `microsoft.graph.${type}`, ...properties },
});
const resources = {
  event: item('event', { subject: 'Planning' }),
  message: item('message', { subject: 'Hello', body: { contentType: 'text', content: 'Hi' } }),
  contact: item('contact', { displayName: 'Adele Vance' }),
  link: {
    '@odata.type': '#microsoft.graph.referenceAttachment',
    sourceUrl: 'https://contoso.sharepoint.com/plan.docx',
    providerType: 'oneDriveBusiness',
    permission: 'view',
  },
} as const;
type Name = keyof typeof resources;
const kindOfResource = (name: Name): 'itemAttachment' | 'referenceAttachment' =>
  name === 'link' ? 'referenceAttachment' : 'itemAttachment';

describe('an attachment without a file', () => {
  let world: FormsWorld;
  beforeAll(async () => {
    world = await startForms();
  });
  afterEach(() => world.app.expectNoViolations());
  /** What lies aside is removed right after the end is told. */
  const untilNothingLiesAside = async (): Promise<void> => {
    const blobs = blobService(world.app.storage).getContainerClient('blob-to-outlook-resources').listBlobsFlat();
    for await (const page of blobs.byPage()) if (page.segment.blobItems.length > 0) return untilNothingLiesAside();
  };
  const resource = (name: Name, changes: object = {}) => ({ ...resources[name], name: world.unique(name), ...changes });

  it.each(itemForms)('is taken by %s where that holds its kind, and otherwise refused at once', async (form) => {
    const path = await world.itemAt(templateOf(form));
    await forAll(Object.keys(resources) as Name[], 4, async (kind) => {
      const sent = resource(kind);
      if (!kindOf(form).kinds.includes(kindOfResource(kind))) {
        expect(await world.refusal({ item: path, resource: sent })).toMatchObject([
          422,
          { code: 'AttachmentKindNotSupported' },
        ]);
        return;
      }
      const upload = await world.attach({ item: path, resource: sent });
      expect(upload).toMatchObject({ status: 'succeeded', blob: null, size: null, name: sent.name });
      expect(upload.progress).toMatchObject({ percent: 100, bytesSent: upload.progress.bytesTotal });
      const isReply = kindOf(form).protocol === 'reply';
      const held = await world.held(sent.name);
      expect(held).toMatchObject([
        { kind: kind === 'link' ? 'reference' : 'item', method: isReply ? 'reply' : 'post' },
      ]);
      const id = isReply ? null : held[0]?.immutableId;
      expect(upload.attachment).toMatchObject({ id, sha256: null, verified: false, method: 'post' });
    });
    await untilNothingLiesAside();
  });

  it('says what it is, and gives back its metadata and its content as the service has it', async () => {
    const path = await world.itemAt(templateOf('message'));
    const upload = await world.attach({ item: path, resource: resource('event', { isInline: true }) });
    expect(upload).toMatchObject({ contentType: 'text/calendar', isInline: true, warnings: [] });
    const [attachment, value] = ['', '/$value'].map((part) => `/api/uploads/${upload.id}/attachment${part}`);
    expect((await world.app.call('GET', attachment!)).body).toMatchObject({ name: upload.name, isInline: true });
    expect((await world.app.call<string>('GET', value!)).body).toContain('SUMMARY:Planning');
    const link = await world.attach({ item: path, resource: resource('link') });
    expect(await world.app.call('GET', `/api/uploads/${link.id}/attachment/$value`)).toMatchObject({
      status: 422,
      body: { code: 'AttachmentKindNotSupported' },
    });
    expect((await world.app.call('DELETE', attachment!)).status).toBe(204);
    expect((await world.held(upload.name)).length).toBe(0);
  });

  it('is named by name, which wins over its own', async () => {
    const path = await world.itemAt(templateOf('event'));
    const sent = resource('contact');
    const upload = await world.attach({ item: path, resource: sent, name: `${sent.name}.vcf` });
    expect([upload.name, (await world.held(`${sent.name}.vcf`)).length]).toEqual([`${sent.name}.vcf`, 1]);
  });

  it('is attached once for the same content, item and name, and again where that is asked for', async () => {
    const path = await world.itemAt(templateOf('message'));
    const sent = resource('link');
    const first = await world.attach({ item: path, resource: sent });
    const reordered = Object.fromEntries(Object.entries(sent).reverse());
    expect((await world.attach({ item: path, resource: reordered })).id).toBe(first.id);
    expect((await world.attach({ item: path, resource: { ...sent, permission: 'edit' } })).id).not.toBe(first.id);
    expect((await world.attach({ item: path, resource: sent, duplicate: 'allow' })).id).not.toBe(first.id);
    expect((await world.held(sent.name)).length).toBe(3);
  });

  it('is found again by its name when the reply to its POST is lost', async () => {
    const path = await world.itemAt(templateOf('message'));
    const sent = resource('message');
    await world.app.faults({ on: { op: 'postAttachment', name: sent.name }, do: { resetAfter: true } });
    const upload = await world.attach({ item: path, resource: sent });
    const held = await world.held(sent.name);
    expect([held.length, upload.attachment?.id]).toEqual([1, held[0]?.immutableId]);
    await world.app.expectFaultsConsumed();
  });

  it.each(['event', 'link'] as const)(
    'stays one when the service commits a POST (of a %s) that was given up, or says so',
    async (kind) => {
      const path = await world.itemAt(templateOf('message'));
      const sent = resource(kind);
      await world.app.faults({ on: { op: 'postAttachment', name: sent.name }, do: { commitLaterMs: 1500 } });
      const upload = await world.attach({ item: path, resource: sent });
      const held = await world.held(sent.name);
      const told = upload.warnings.map(({ code }) => code);
      // links have nothing that could be compared: their copy stays, and is told
      expect(told).toEqual(held.length === 1 ? [] : ['LookalikeFound']);
      if (kind === 'event') expect(held.length).toBe(1);
      expect(held.map(({ immutableId }) => immutableId)).toContain(upload.attachment?.id);
      await world.app.expectFaultsConsumed();
    },
  );

  it('is as large as one request may be, and refused at once above', async () => {
    const path = await world.itemAt(templateOf('message'));
    const withBody = (bytes: number) =>
      resource('message', { item: { ...resources.message.item, body: 'x'.repeat(bytes) } });
    expect(await world.attach({ item: path, resource: withBody(3_100_000) })).toMatchObject({ status: 'succeeded' });
    expect(await world.refusal({ item: path, resource: withBody(3_200_000) })).toMatchObject([
      413,
      { code: 'AttachmentTooLarge' },
    ]);
    await untilNothingLiesAside();
  });

  it('fails in words where the service does not understand it', async () => {
    const path = await world.itemAt(templateOf('message'));
    const sent = resource('event');
    const answer = { status: 400, code: 'ErrorInvalidProperty' };
    await world.app.faults({ on: { op: 'postAttachment', name: sent.name }, do: { answer } });
    const upload = await world.attach({ item: path, resource: sent });
    expect(upload).toMatchObject({ status: 'failed', error: { code: 'InvalidRequest', status: 400 } });
    expect(upload.error?.detail).toContain('ErrorInvalidProperty');
  });
});
