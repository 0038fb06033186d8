import type { Resources } from '../../../src/core/upload/ports';

/** Resources as a map, with the time of each. */
export function memoryResources(clock: () => number): Resources & { readonly all: ReadonlyMap<string, string> } {
  const all = new Map<string, string>();
  const times = new Map<string, number>();
  return {
    all,
    put: async (id, json) => {
      all.set(id, json);
      times.set(id, clock());
    },
    read: async (id) => {
      const json = all.get(id);
      return json === undefined ? { kind: 'missing' } : { kind: 'resource', json };
    },
    remove: async (id) => void all.delete(id),
    listBefore: async (before) => [...all.keys()].filter((id) => (times.get(id) ?? 0) < before),
  };
}
