import { createHash, randomBytes } from 'node:crypto';
import { aesSecretBox } from '../../../src/adapters/secrets/box';

const newKey = () => randomBytes(32).toString('base64');
const url = "https://outlook.office.com/api/v2.0/Users('a@b')/AttachmentSessions('AA=')?authtoken=eyJ.é.漢";

describe('aesSecretBox', () => {
  it('opens what it sealed, in the same context only', () => {
    const box = aesSecretBox(newKey());
    const sealed = box.seal(url, 'upload-1');
    expect(box.open(sealed, 'upload-1')).toBe(url);
    expect(box.open(sealed, 'upload-2')).toBeUndefined();
  });

  it('shows nothing of the secret, and never the same twice', () => {
    const box = aesSecretBox(newKey());
    const [first, second] = [box.seal(url, 'u'), box.seal(url, 'u')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('authtoken');
  });

  it('names the key by the beginning of its SHA-256', () => {
    const key = newKey();
    const id = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);
    expect(aesSecretBox(key).seal('x', 'u')).toMatch(new RegExp(`^v1\\.${id}\\.[\\w-]+$`));
  });

  it('seals with the first key and opens with all of them', () => {
    const [older, newer] = [newKey(), newKey()];
    const before = aesSecretBox(older).seal(url, 'u');
    const rotated = aesSecretBox(`${newer}, ${older}`);
    expect(rotated.open(before, 'u')).toBe(url);
    expect(aesSecretBox(newer).open(rotated.seal(url, 'u'), 'u')).toBe(url);
    expect(aesSecretBox(newer).open(before, 'u')).toBeUndefined();
  });

  it('opens nothing that was changed in any one byte', () => {
    const box = aesSecretBox(newKey());
    const [version, id, data] = box.seal('secret', 'u').split('.') as [string, string, string];
    const bytes = Buffer.from(data, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(box.open(`${version}.${id}.${changed.toString('base64url')}`, 'u')).toBeUndefined();
    }
  });

  it.each(['', 'v1', 'v1..', 'v2.00000000.AAAA', 'https://example.org/', 'v1.zzzzzzzz.AAAA'])(
    'answers undefined to what is no seal: %j',
    (text) => expect(aesSecretBox(newKey()).open(text, 'u')).toBeUndefined(),
  );

  it('answers undefined to a seal that is cut short', () => {
    const box = aesSecretBox(newKey());
    const sealed = box.seal('secret', 'u');
    for (let length = 0; length < sealed.length; length++)
      expect(box.open(sealed.slice(0, length), 'u')).toBeUndefined();
  });

  it('refuses a key of another length by its place, without showing it', () => {
    const short = randomBytes(16).toString('base64');
    expect(() => aesSecretBox(`${newKey()},${short}`)).toThrow(/^Key 2 is not 32 bytes/);
    expect(() => aesSecretBox(' , ')).toThrow(/No key/);
  });
});
