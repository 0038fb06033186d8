import { parseBlobReference } from '../../src/functions/api/blobReference';

const azure = 'https://contoso.blob.core.windows.net';
const azurite = 'http://127.0.0.1:10000/devstoreaccount1';
const named = (text: string, endpoint = azure): string => {
  const parsed = parseBlobReference(text, endpoint);
  return parsed.ok ? `${parsed.blob.container} ${parsed.blob.name}` : 'refused';
};

describe('a blob reference', () => {
  it.each([
    ['uploads/reports/q3.pdf', 'uploads reports/q3.pdf'],
    ['uploads/100%25.pdf', 'uploads 100%25.pdf'], // literally
    ['uploads/a?b#c', 'uploads a?b#c'],
    ['uploads/a:b', 'uploads a:b'],
    ['uploads/a//b', 'uploads a//b'],
    ['uploads/...', 'uploads ...'],
    ['uploads/' + 'x'.repeat(1024), 'uploads ' + 'x'.repeat(1024)],
  ])('takes container/name literally: %#', (text, expected) => expect(named(text)).toBe(expected));

  it.each([
    [`${azure}/uploads/reports/q%33.pdf`, 'uploads reports/q3.pdf'],
    [`${azure}/uploads/100%2525.pdf`, 'uploads 100%25.pdf'], // once
    [`HTTPS://CONTOSO.blob.core.windows.net:443/uploads/x`, 'uploads x'],
  ])('decodes a URL once: %s', (text, expected) => expect(named(text)).toBe(expected));

  it('knows the account in the path of an Azurite URL', () => {
    expect(named(`${azurite}/uploads/x`, azurite)).toBe('uploads x');
    expect(named('http://127.0.0.1:10000/another/uploads/x', azurite)).toBe('refused');
  });

  it.each([
    '',
    'uploads',
    '/uploads/x',
    'uploads/',
    'Uploads/x',
    'up--loads/x',
    'ab/x',
    'uploads/../secret/x',
    'uploads/\ud800.txt',
    'uploads/a/./b',
    'uploads/a\\b',
    'uploads/a\u0000b',
    'uploads/' + 'x'.repeat(1025),
    `${azure}/uploads/%2e%2e/secret`,
    `${azure}/uploads/../secret/x`,
    `${azure}/uploads/a%5Cb`,
    `${azure}/uploads/a%0Ab`,
    `${azure}/uploads/%zz`,
    `${azure}/uploads/x?sv=2024&sig=abc`,
    `${azure}/uploads/x?`,
    `${azure}/uploads/x#y`,
    azure,
    'http://contoso.blob.core.windows.net/uploads/x',
    'https://contoso.blob.core.windows.net:8443/uploads/x',
    'https://contoso.blob.core.windows.net.evil.example/uploads/x',
    'https://contoso.blob.core.windows.net@evil.example/uploads/x',
    'https://user:pass@contoso.blob.core.windows.net/uploads/x',
    'https://evil.example/uploads/x',
    'https:/contoso.blob.core.windows.net/uploads/x',
    'file:///etc/passwd',
    'https://contoso.blob.core.windows.net\\@evil.example/uploads/x',
  ])('refuses %s', (text) => expect(named(text)).toBe('refused'));
});
