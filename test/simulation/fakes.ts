import type { BlobSource } from '../../src/core/blob';
import type { Claim, Versioned } from '../../src/core/job/ports';
import type { SecretBox, UploadRecords } from '../../src/core/upload/ports';
import type { AttachmentApi, UploadSessionApi } from '../../src/core/wire/ports';
import type { Item } from '../../src/core/items/path';
import { hashOfId } from '../../src/app/uploads/ownership';
import { readUploadRecord } from '../../src/core/upload/oldRecord';
import type { UploadRecord } from '../../src/core/upload/record';
import type { WireReply } from '../../src/core/wire/reply';
import { withoutCheckpoint } from './versions';
import type { ActivityRun } from '../orchestrators/support/activityRun';
import type { Conduct } from './conduct';
import type { Access, Faults, Operation, WireFault } from './faults';
import { itemIdOf } from './scenario';
import { ServiceModel, sha256, Wire } from './service';

const graphMs = 80;
const storageMs = 10;

/** One item has several paths. */
const keyOf = (item: Item): string => itemIdOf(item.segments.at(-1));

/** The service as one run of an activity sees it: every call takes time, and may go wrong. */
export function serviceApis(
  service: ServiceModel,
  faults: Faults,
  run: ActivityRun,
  by: string,
  secrets: SecretBoxModel,
  conduct: Conduct,
): { attachments: AttachmentApi; sessions: () => UploadSessionApi } {
  const call = async (operation: Operation, act: Parameters<ServiceModel['deliver']>[2], of = ''): Promise<Wire> => {
    const wire = await run.io(graphMs, () => service.deliver(faults.wire(operation), `${operation}${of}`, act));
    conduct.hears(by, operation, wire);
    return wire;
  };
  /** A call that changes the item: what overlaps another one may be refused. */
  const commit = (item: string, ...[operation, act, of]: Parameters<typeof call>): Promise<Wire> => {
    const sentAt = service.now;
    if (operation !== 'remove') conduct.sends(by, sentAt);
    const overlaps = service.commit(item, graphMs);
    return call(operation, (fault) => (overlaps() ? conflict : service.sentAt(sentAt, () => act(fault))), of);
  };
  /** A read whose answer is more than a reply. */
  const read = async <T extends object>(
    operation: Operation,
    answer: () => T | 'never' | undefined,
  ): Promise<T | WireReply> => {
    let found: T | 'never' | undefined;
    const wire = await call(operation, () => {
      found = answer();
      return found === undefined ? missing : found === 'never' ? never : ok;
    });
    return typeof found === 'object' && wire === ok ? found : wire;
  };
  const attachments: AttachmentApi = {
    list: async (item) => {
      const listed = await read('list', () => ({ kind: 'list' as const, attachments: service.list(keyOf(item)) }));
      if (listed.kind === 'list') conduct.sees(by, 'list', service.now);
      return listed;
    },
    post: (item, body) =>
      commit(keyOf(item), 'post', (fault) => {
        const { name, contentBytes } = JSON.parse(body) as { name: string; contentBytes: string };
        return service.post(by, keyOf(item), name, Buffer.from(contentBytes, 'base64'), fault);
      }),
    digest: async (item, id, parts) => {
      const digest = await read('value', () => {
        const bytes = service.value(keyOf(item), id);
        if (!bytes || bytes === 'never') return bytes;
        const hashes = parts.map(({ start, end }) => sha256(bytes.subarray(start, end + 1)));
        return { kind: 'digest' as const, sizeBytes: bytes.length, sha256: sha256(bytes), parts: hashes };
      });
      if (digest.kind === 'digest' && service.isTrueOf(by, id, digest.sha256)) conduct.sees(by, 'value', service.now);
      return digest;
    },
    remove: (item, id) => commit(keyOf(item), 'remove', () => service.remove(keyOf(item), id)),
    metadata: async (item, id) => {
      const found = await read('metadata', () => {
        const one = service.metadata(keyOf(item), id);
        return one && { kind: 'metadata' as const, one };
      });
      if (found.kind !== 'metadata') return found;
      const { sizeBytes, ...one } = found.one;
      return { kind: 'reply', status: 200, json: { ...one, size: sizeBytes } };
    },
    value: () => Promise.reject(new Error('not used by an upload')),
  };
  const sessions: UploadSessionApi = {
    create: async (item, file) => {
      const said = await call('create', (fault) => service.create(by, keyOf(item), file.name, file.sizeBytes, fault));
      const body = said.kind === 'reply' ? (said.json as { uploadUrl?: string } | undefined) : undefined;
      const session = service.sessions.find(({ url }) => url === body?.uploadUrl);
      if (session) session.isKnown = () => !run.isDead || secrets.isWritten(session.url);
      return said;
    },
    put: (url, range, total, bytes) => {
      const put = [
        'put',
        (fault: WireFault | undefined) => service.put(url, range, total, bytes, fault),
        ` ${range.start} ${secrets.kept(url).sealed}`,
      ] as const;
      return range.end < total - 1 ? call(...put) : commit(service.itemOf(url), ...put);
    },
    status: (url) => call('status', () => service.status(url)),
    cancel: (url) => call('cancel', () => service.cancel(url)),
  };
  return { attachments, sessions: () => sessions };
}

const ok: Wire = { kind: 'reply', status: 200 };
const never: Wire = { kind: 'reply', status: 504, json: { error: { code: 'UnknownError', message: '' } } };
const conflict: Wire = { kind: 'reply', status: 412, json: { error: { code: 'ErrorIrresolvableConflict' } } };
const missing: Wire = { kind: 'reply', status: 404, json: { error: { code: 'ErrorItemNotFound' } } };

/** One blob. Once it was replaced or deleted it stays so. */
export class BlobModel {
  private gone: 'changed' | 'missing' | undefined;
  constructor(readonly bytes: Uint8Array) {}

  get isGone(): boolean {
    return this.gone !== undefined;
  }

  source(faults: Faults, run: ActivityRun, conduct: Conduct): BlobSource {
    return {
      head: () => Promise.reject(new Error('not used by an upload of a file')),
      read: (_blob, { start, end }) =>
        run.io(storageMs, () => {
          const fault = faults.blob();
          if (fault === 'unreachable') {
            conduct.begins(run.instanceId); // without the blob it can compare nothing
            return { kind: 'unreachable' as const };
          }
          this.gone ??= fault;
          if (this.gone) return { kind: this.gone };
          return { kind: 'bytes' as const, bytes: this.bytes.slice(start, end + 1), release: () => undefined };
        }),
      readAhead: () => undefined,
    };
  }
}

/** Records in memory: conditional writes as the table has them; everything is copied through JSON. */
export class RecordsModel {
  private writes = 0;
  private readonly rows = new Map<string, Row>();
  private active = 0;
  private readonly claims = new Map<string, Versioned<Claim>>();
  constructor(private readonly onCrossing: (text: string, where: string) => void) {}

  all(): UploadRecord[] {
    return [...this.rows.values()].map((row) => row.value);
  }

  find(id: string): UploadRecord | undefined {
    return this.rows.get(id)?.value;
  }

  /** Whether each upload has its end. */
  get haveAllEnded(): boolean {
    return this.active === 0;
  }

  /** Whether the watch has anything to look after. */
  get areWatched(): boolean {
    return this.active > 0 || this.all().some(({ facts }) => facts.sessions.length > 0);
  }

  /** As an activity's run sees it, or (without one) somebody for whom nothing goes wrong. */
  records(faults?: Faults, run?: ActivityRun): UploadRecords {
    const io = <T>(access: Access, effect: () => T): Promise<T> => {
      if (!run || !faults) return Promise.resolve(effect());
      return run.io(storageMs, () => {
        const fault = faults.records(access);
        if (fault === 'before') throw new Error('table storage is out of reach');
        const result = effect();
        if (fault === 'after') throw new Error('table storage gave no answer');
        return result;
      });
    };
    const unused = (): Promise<never> => Promise.reject(new Error('not used by an upload'));
    return {
      claim: (scope, key, claim) => io('write', () => this.claim(`${scope} ${key}`, claim)),
      findClaim: (scope, key) => io('read', () => this.claims.get(`${scope} ${key}`)),
      get: (id) => io('read', () => this.get(id)),
      insert: (record) => io('write', () => !this.rows.has(record.id) && this.put(record)),
      replace: (record, tag) => io('write', () => this.rows.get(record.id)?.version === tag && this.put(record)),
      listActive: () => io('read', () => this.all().filter(({ state }) => state === 'active')),
      listLeft: () => io('read', () => this.all().filter(({ end, facts }) => end && facts.sessions.length > 0)),
      replaceClaim: unused,
      list: ({ item }) => io('read', () => this.all().filter(({ request }) => request.item === item)),
      listEnded: () => {
        throw new Error('not used by an upload');
      },
      remove: unused,
    };
  }

  /** No version can read what the upload had come to. */
  forgetCheckpoint(id: string): void {
    const row = this.rows.get(id);
    if (row) this.put(withoutCheckpoint(row.value));
  }

  private claim(key: string, claim: Claim): { won: boolean; held: Versioned<Claim> } {
    const held = this.claims.get(key);
    if (held) return { won: false, held };
    const mine = { value: claim, version: `v${++this.writes}` };
    this.claims.set(key, mine);
    return { won: true, held: mine };
  }

  private get(id: string): Versioned<UploadRecord> | undefined {
    return this.rows.get(id);
  }

  private put(record: UploadRecord): true {
    const text = JSON.stringify(record);
    this.onCrossing(text, 'record');
    const before = this.rows.get(record.id);
    this.active += Number(!record.end) - Number(before !== undefined && !before.value.end);
    this.rows.set(record.id, new Row(text, `v${++this.writes}`));
    return true;
  }
}

/** A stored record. All who read this version of it get the same object, so nobody may change it. */
class Row implements Versioned<UploadRecord> {
  private read: UploadRecord | undefined;
  constructor(
    private readonly text: string,
    readonly version: string,
  ) {}
  get value(): UploadRecord {
    return (this.read ??= frozen(readUploadRecord(JSON.parse(this.text), hashOfId)));
  }
}

function frozen<T extends object>(value: T): T {
  for (const one of Object.values(value)) if (typeof one === 'object' && one !== null) frozen(one as object);
  return Object.freeze(value);
}

/** Seals so that the secret cannot be read, and only what has the key can open it. */
export class SecretBoxModel implements SecretBox {
  private key = 1;
  private readonly sealed = new Map<string, string>();
  /** When what was sealed of it was first stored. */
  private readonly written = new Map<string, number>();

  seal(secret: string, context: string): string {
    const sealed = `k${this.key}.${Buffer.from(`${context}\n${secret}`).toString('base64url')}`;
    this.sealed.set(secret, sealed);
    return sealed;
  }
  /** Sees what is stored for good. */
  onStored(text: string, now: number): void {
    for (const [secret, sealed] of this.sealed)
      if (!this.written.has(secret) && text.includes(sealed)) this.written.set(secret, now);
  }
  /** Whether what was sealed of it can still be opened; what was never sealed can be used as it is. */
  opens = (secret: string): boolean => this.sealed.get(secret)?.startsWith(`k${this.key}.`) ?? true;
  kept = (secret: string): { sealed: string | undefined; opens: boolean } => ({
    sealed: this.sealed.get(secret),
    opens: this.opens(secret),
  });
  isWritten = (secret: string): boolean => this.written.has(secret);
  writtenAt = (secret: string): number | undefined => this.written.get(secret);
  open(sealed: string, context: string): string | undefined {
    const [key, text = ''] = sealed.split('.');
    const [of, secret] = Buffer.from(text, 'base64url').toString().split('\n');
    return key === `k${this.key}` && of === context ? secret : undefined;
  }
  /** A new key; the old one is gone at once. */
  rotate(): void {
    this.key++;
  }
}
