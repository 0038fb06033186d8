import {
  type AttachmentResource,
  attachableItem,
  resourceMediaType,
  resourceText,
} from '../../../src/core/upload/graphResource';
import { resourceRefused } from '../../../src/app/uploads/resourceRefused';
import type { Outcome } from '../../../src/core/upload/machine/progress';

const itemAttachment = (type: string): AttachmentResource => ({
  '@odata.type': '#microsoft.graph.itemAttachment',
  name: 'own',
  item: { '@odata.type': type },
});
const link: AttachmentResource = {
  sourceUrl: 'https://x/y',
  name: 'own',
  '@odata.type': '#microsoft.graph.referenceAttachment',
};

describe('a Graph resource that is attached', () => {
  it('is posted under the attachment’s name, its type first, everything else as it came', () => {
    const text = resourceText(link, 'plan', false);
    expect(text.startsWith('{"@odata.type":"#microsoft.graph.referenceAttachment"')).toBe(true);
    expect(JSON.parse(text)).toEqual({ ...link, name: 'plan' });
    expect(JSON.parse(resourceText(link, 'plan', true))).toEqual({ ...link, name: 'plan', isInline: true });
  });

  it.each([
    ['#microsoft.graph.event', 'text/calendar'],
    ['microsoft.graph.message', 'message/rfc822'],
    ['#microsoft.graph.contact', 'text/vcard'],
  ])('that holds a %s reads as %s', (type, mediaType) => {
    expect([attachableItem.test(type), resourceMediaType(itemAttachment(type))]).toEqual([true, mediaType]);
  });

  it('reads as a link where it is one', () => {
    expect(resourceMediaType(link)).toBe('text/uri-list');
  });

  it.each(['#microsoft.graph.todoTask', 'event', '#microsoft.graph.eventMessage', 'x#microsoft.graph.event'])(
    'holds no %s',
    (type) => {
      expect(attachableItem.test(type)).toBe(false);
    },
  );

  it('that the service does not understand is the caller’s to correct, any other refusal stays what it is', () => {
    const refused = (code: 'InvalidRequest' | 'AccessDenied'): Outcome => ({
      kind: 'refused',
      problem: { code, detail: 'No.' },
    });
    expect(resourceRefused(refused('InvalidRequest'))).toMatchObject({
      problem: { code: 'InvalidRequest', detail: expect.stringContaining('Graph reference') },
    });
    expect(resourceRefused(refused('AccessDenied'))).toEqual(refused('AccessDenied'));
    expect(resourceRefused({ kind: 'unclear' })).toEqual({ kind: 'unclear' });
  });
});
