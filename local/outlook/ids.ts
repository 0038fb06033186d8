import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** A key of the store or a name of a file: never on the wire. */
export const newKey = (prefix: string): string => `${prefix}${randomBytes(30).toString('base64url')}`;

/** How the ids of each kind begin. */
const PREFIX = {
  item: 'AAMkAGI2NGVh',
  attachment: 'AAMkAGI2NGVhBAA',
  /** The id that an item or attachment keeps when it moves (`Prefer: IdType="ImmutableId"`). */
  immutable: 'AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A',
  immutableAttachment: 'AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0ABAA',
} as const;

/** Ids as Exchange makes them: base64 with a closing `=`, and their case matters. */
export class IdMaker {
  private made = 0;

  /** `reserved`: every fifth id holds `/` and `+`, which a path must percent-encode; the others `-` and `_` instead. */
  constructor(private readonly reserved: () => boolean) {}

  /** The next id is the first again. */
  clear(): void {
    this.made = 0;
  }

  next(kind: keyof typeof PREFIX): string {
    const random = randomBytes(30).toString('base64url');
    const odd = this.reserved() && this.made++ % 5 === 0;
    return `${PREFIX[kind]}${odd ? `${random.slice(0, 18)}/${random.slice(19, 29)}+${random.slice(30)}` : random}AAA=`;
  }
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
