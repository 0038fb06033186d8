import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Ids look as Exchange makes them: URL-safe base64 with `-`, `_` and a closing `=`, and their case matters. */
export function newId(prefix = 'AAMkAGI2NGVh'): string {
  return `${prefix}${randomBytes(30).toString('base64url')}AAA=`;
}

/** The id that an item keeps when it moves (`Prefer: IdType="ImmutableId"`). */
export function newImmutableId(): string {
  return newId('AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A');
}

/** The id of a folder or calendar that every mailbox has: always the same one, so that it need not be stored. */
export function wellKnownId(owner: string, name: string): string {
  const digest = createHash('sha256').update(`${owner} ${name}`).digest('base64url');
  return `AAMkAGI2NGVh${digest.slice(0, 40)}AAA=`;
}

/** The object id of a mailbox: a GUID is its own, any other name gets a steady one. */
export function objectId(name: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) return name;
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** As long as the real one, so that whoever logs it by mistake is found out. */
export function newUploadToken(): string {
  return `eyJ${randomBytes(480).toString('base64url')}`;
}

export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16);
}

export const newRequestId = (): string => randomUUID();
