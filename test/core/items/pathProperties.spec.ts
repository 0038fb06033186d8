import fc from 'fast-check';
import { allowedBy, parseItemPath, printItemPath } from '../../../src/core/items/path';
import { parsed, templates } from './itemTemplates';

describe('the item grammar, by property', () => {
  const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 24 }).filter((text) => !/^\s*$|[/#]/.test(text));
  const fill = (template: string, ids: readonly string[]) =>
    template.split('*').reduce((text, part, i) => text + (ids[i - 1] ?? 'AA') + part);
  const anyPath = fc
    .constantFrom(...templates)
    .chain(([form, template]) =>
      fc
        .array(id.map(encodeURIComponent), { minLength: 8, maxLength: 8 })
        .map((ids) => ({ form, path: fill(template, ids) })),
    );

  // what tries to leave a path, in places where an id is wanted, with and without the key form
  const up = fc.constantFrom('..', '.', '%2e', '%2e%2e', '%252e%252e', '.%2E', 'AA');
  const slash = fc.constantFrom('/', '%2f', '%252F', '\\', '%5c', '');
  const trick = fc.oneof(
    { weight: 4, arbitrary: fc.constant('AA=') },
    fc.array(fc.tuple(up, slash), { minLength: 1, maxLength: 3 }).map((parts) => parts.flat().join('')),
    fc.constantFrom('', '%00', 'A?b', 'A#b', '%3fb', '%', "x('y')", "messages('x')", "messages(''x'')", "'", '%27'),
    id,
  );
  const almost = fc
    .tuple(fc.constantFrom(...templates), fc.array(trick, { minLength: 8, maxLength: 8 }), fc.boolean())
    .map(([[, path], ids, keyed]) => [path.replace('megan@contoso.com', '*'), ids, keyed] as const)
    .map(([template, ids, keyed]) => fill(keyed ? template.replace(/\/\*/g, "('*')") : template, ids));

  it('prints what it parses back to the same item', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyPath, ({ form, path }) => {
        const result = parseItemPath(path);
        if (!result.ok) return; // ids with what is refused anywhere, such as a control character
        accepted++;
        expect(result.item.form).toBe(form);
        expect(parsed(printItemPath(result.item))).toEqual(result.item);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('accepts no item that leaves its path: a URL made of it has the segments that were checked', () => {
    let accepted = 0;
    fc.assert(
      fc.property(almost, (text) => {
        const result = parseItemPath(text);
        if (!result.ok) return;
        accepted++;
        expect(parsed(printItemPath(result.item))).toEqual(result.item);
        const url = new URL(`http://graph.test/v1.0/${printItemPath(result.item)}/attachments`);
        const segments = url.pathname.split('/').slice(2);
        expect(url.search + url.hash).toBe('');
        expect(segments.map(decodeURIComponent)).toEqual([...result.item.segments, 'attachments']);
        expect(decodeURIComponent(decodeURI(url.pathname))).not.toMatch(/(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it('answers whatever text it is given, in one line', () => {
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: 'binary' })), (text) => {
        const result = parseItemPath(text);
        if (!result.ok) expect(result.detail).toMatch(/^[^\p{Cc}]+$/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('matches a pattern exactly where a regular expression of the same meaning does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'B', '*', '.', '@'), maxLength: 7 });
    fc.assert(
      fc.property(letters, letters, (pattern, owner) => {
        const meant = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i');
        expect(allowedBy([pattern], owner)).toBe(meant.test(owner));
      }),
      { numRuns: 5_000 },
    );
  });
});
