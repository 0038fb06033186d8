import { itemKey, parseItemPath } from '../../../src/core/items/path';
import type { Claim, Versioned } from '../../../src/core/job/ports';
import type { UploadFilter, UploadRecords } from '../../../src/core/upload/ports';
import type { UploadRecord } from '../../../src/core/upload/record';

/** UploadRecords in memory: what the table does, without its rows. Everything is copied through JSON, as a store would. */
export function memoryRecords(): UploadRecords & { readonly all: Map<string, Versioned<string>> } {
  let writes = 0;
  const all = new Map<string, Versioned<string>>();
  const claims = new Map<string, Versioned<Claim>>();
  const next = (): string => `v${++writes}`;
  const read = ({ value }: Versioned<string>): UploadRecord => JSON.parse(value) as UploadRecord;
  const newestFirst = (): UploadRecord[] =>
    [...all.keys()]
      .sort()
      .reverse()
      .map((id) => read(all.get(id)!));

  return {
    all,
    claim: async (scope, key, claim) => {
      const held = claims.get(`${scope} ${key}`);
      if (held) return { won: false, held };
      const mine = { value: claim, version: next() };
      claims.set(`${scope} ${key}`, mine);
      return { won: true, held: mine };
    },
    findClaim: async (scope, key) => claims.get(`${scope} ${key}`),
    replaceClaim: async (scope, key, claim, version) => {
      if (claims.get(`${scope} ${key}`)?.version !== version) return false;
      claims.set(`${scope} ${key}`, { value: claim, version: next() });
      return true;
    },
    insert: async (record) => {
      if (all.has(record.id)) return false;
      all.set(record.id, { value: JSON.stringify(record), version: next() });
      return true;
    },
    get: async (id) => {
      const held = all.get(id);
      return held && { value: read(held), version: held.version };
    },
    replace: async (record, version) => {
      if (all.get(record.id)?.version !== version) return false;
      all.set(record.id, { value: JSON.stringify(record), version: next() });
      return true;
    },
    list: async (filter, limit, after) =>
      newestFirst()
        .filter((record) => (after === undefined || record.id < after) && matches(record, filter))
        .slice(0, limit),
    listActive: async (choose) => {
      const active = newestFirst().filter((record) => record.state === 'active');
      return [...(choose ? choose(active) : active)];
    },
    listLeft: async () => newestFirst().filter(({ end, facts }) => end && facts.sessions.length > 0),
    async *listEnded(endedBefore) {
      yield newestFirst().filter((record) => record.end && record.end.endedAt < endedBefore);
    },
    remove: async (id) => void all.delete(id),
  };
}

function matches({ request, state }: UploadRecord, { status, item, reference, requestedBy }: UploadFilter): boolean {
  const final = status === 'succeeded' || status === 'failed' || status === 'cancelled';
  return (
    (status === undefined || state === (final ? status : 'active')) &&
    (item === undefined || canonical(request.item) === canonical(item)) &&
    (reference === undefined || request.reference === reference) &&
    (requestedBy === undefined || request.requestedBy?.id === requestedBy)
  );
}

function canonical(item: string | null): string | null {
  if (item === null) return null;
  const parsed = parseItemPath(item);
  return parsed.ok ? itemKey(parsed.item) : item;
}
