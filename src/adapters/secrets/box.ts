import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SecretBox } from '../../core/upload/ports';

const keyBytes = 32;
const nonceBytes = 12; // 96 bits, random: what GCM is made for
const tagBytes = 16;

/**
 * AES-256-GCM behind SecretBox. A sealed secret is `v1.<keyId>.<base64url of nonce, ciphertext, tag>`; the key id is the
 * beginning of the key's SHA-256, so that keys can be rotated: the first one seals, all of them open.
 * @param keys comma-separated base64 keys of 32 bytes (`UPLOAD_URL_KEY`)
 * @throws Error where a key is none; it names the key's place in the list, never the key
 */
export function aesSecretBox(keys: string): SecretBox {
  const ring = parseKeys(keys);
  const [first] = ring;
  if (first === undefined) throw new Error('No key to seal with: give at least one base64 key of 32 bytes.');
  return {
    seal: (secret, context) => `v1.${first.id}.${encrypt(first.key, secret, context).toString('base64url')}`,
    open(sealed, context) {
      const [version, keyId, data, ...rest] = sealed.split('.');
      if (version !== 'v1' || data === undefined || rest.length > 0) return undefined;
      const known = ring.find(({ id }) => id === keyId);
      return known && decrypt(known.key, Buffer.from(data, 'base64url'), context);
    },
  };
}

interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

function parseKeys(keys: string): NamedKey[] {
  const texts = keys.split(',').map((text) => text.trim());
  return texts
    .filter((text) => text !== '')
    .map((text, index) => {
      const key = Buffer.from(text, 'base64');
      if (key.length !== keyBytes) {
        throw new Error(
          `Key ${index + 1} is not ${keyBytes} bytes of base64: make one with \`openssl rand -base64 32\`.`,
        );
      }
      return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
    });
}

function encrypt(key: Buffer, secret: string, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, data: Buffer, context: string): string | undefined {
  if (data.length < nonceBytes + tagBytes) return undefined;
  const tag = data.subarray(data.length - tagBytes); // always whole: a shorter tag would be accepted and is weaker
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  try {
    const text = decipher.update(data.subarray(nonceBytes, data.length - tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined; // damaged, or another context
  }
}
