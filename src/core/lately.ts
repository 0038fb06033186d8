/** What a process saw lately, by key: the oldest is forgotten where there are too many. */
export class Lately<V> {
  private readonly kept = new Map<string, V>();

  constructor(private readonly most: number) {}

  get(key: string): V | undefined {
    return this.kept.get(key);
  }

  set(key: string, value: V): void {
    this.kept.delete(key);
    this.kept.set(key, value);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most && oldest !== undefined) this.kept.delete(oldest);
  }

  delete(key: string): void {
    this.kept.delete(key);
  }
}

/** Keeps one thing beside each object that lives as long as its process, such as its records; made at the first use. */
export function keptBeside<K extends object, V>(make: (owner: K) => V): (owner: K) => V {
  const kept = new WeakMap<K, V>();
  return (owner) => {
    const known = kept.get(owner) ?? make(owner);
    kept.set(owner, known);
    return known;
  };
}
