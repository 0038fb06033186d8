import { parseItemPath } from '../../../src/core/items/path';
import { pathInGraphUrl } from '../../../src/core/items/graphUrl';

const path = 'users/megan@contoso.com/messages/AAMkAD=';

describe('a pasted Graph URL', () => {
  it.each([
    `https://graph.microsoft.com/v1.0/${path}`,
    `https://graph.microsoft.com/beta/${path}?$select=id&$expand=attachments`,
    `https://dod-graph.microsoft.us/v1.0/${path}#x`,
    `http://127.0.0.1:9000/v1.0/${path}`,
    path,
  ])('is an item: %s', (text) => {
    expect(pathInGraphUrl(text)).toBe(path);
  });

  it.each([
    `https://graph.microsoft.com.evil.example/v1.0/${path}`,
    `https://graph.microsoft.com/v2.0/${path}`,
    `http://graph.microsoft.com/v1.0/${path}`,
    `/v1.0/${path}`,
  ])('of no Graph is none: %s', (text) => {
    expect(parseItemPath(pathInGraphUrl(text)).ok).toBe(false);
  });
});

describe('what looks like an item', () => {
  it.each([
    ['a function of Graph', 'users/megan@contoso.com/messages/delta'],
    ['a function call', 'users/megan@contoso.com/messages/delta()'],
    ['a function by its full name', 'me/events/microsoft.graph.delta()'],
    ['an owner that is encoded twice', 'users/evil@evil.test%252F@contoso.com/messages/A='],
    ['an owner with an encoded hash', 'users/a%2523@contoso.com/messages/A='],
    ['a KELVIN SIGN in an owner', 'users/\u212aim@contoso.com/messages/A='],
    ['full-width letters in an owner', 'users/\uff4degan@contoso.com/messages/A='],
  ])('is refused: %s', (_what, text) => {
    expect(parseItemPath(text).ok).toBe(false);
  });

  it('is told from ids and guests that only look odd', () => {
    for (const text of ['me/messages/AAdelta=', 'users/alex_fabrikam.com%23EXT%23@contoso.com/messages/A='])
      expect(parseItemPath(text).ok).toBe(true);
  });
});
