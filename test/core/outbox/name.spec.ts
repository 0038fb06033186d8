import fc from 'fast-check';
import { outboxOptions, splitOutboxName } from '../../../src/core/outbox/name';

describe('a name in the outbox', () => {
  it('is the item, as it was written, and the file name after the last slash', () => {
    expect(splitOutboxName('users/megan%40contoso.com/messages/AA%2FMk=/q3 100%.pdf')).toEqual({
      item: 'users/megan%40contoso.com/messages/AA%2FMk=',
      fileName: 'q3 100%.pdf',
    });
  });

  it('has no item without a slash, and no file name after the last one', () => {
    expect(splitOutboxName('q3.pdf')).toEqual({ item: '', fileName: 'q3.pdf' });
    expect(splitOutboxName('/q3.pdf')).toEqual({ item: '', fileName: 'q3.pdf' });
    expect(splitOutboxName('users/megan/messages/A/')).toEqual({ item: 'users/megan/messages/A', fileName: '' });
  });

  it('is found again from its parts, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (item, file) => {
        const fileName = file.replaceAll('/', '_');
        expect(splitOutboxName(`${item}/${fileName}`)).toEqual({ item, fileName });
      }),
    );
  });
});

describe('options in the metadata of an outbox blob', () => {
  it('set the fields of a request, in whatever case their names come', () => {
    const metadata = { contentid: 'logo', IsInline: 'True', Name: 'Q3.pdf', reference: 'order 4711' };
    expect(outboxOptions(metadata)).toEqual({
      contentId: 'logo',
      isInline: true,
      name: 'Q3.pdf',
      reference: 'order 4711',
    });
    expect(outboxOptions({ isinline: 'FALSE' })).toEqual({ isInline: false });
  });

  it('keep what is no truth value as it is, so that it is refused by name', () => {
    expect(outboxOptions({ isinline: 'yes' })).toEqual({ isInline: 'yes' });
    expect(outboxOptions({ isinline: 'untrue' })).toEqual({ isInline: 'untrue' });
  });

  it('leave alone what belongs to others', () => {
    expect(outboxOptions({ hdi_isfolder: 'true', constructor: 'x', ifmatch: '*' })).toEqual({});
  });
});
