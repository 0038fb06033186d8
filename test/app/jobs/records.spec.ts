import { updateRecord } from '../../../src/app/jobs/records';

interface Counted {
  readonly count: number;
  readonly by: string;
}

/** One record, and what this process believes of it. */
class Store {
  reads = 0;
  writes = 0;
  lastKnown: { value: Counted; version: string } | undefined;
  private version = 1;

  constructor(public value: Counted) {}

  get(): Promise<{ value: Counted; version: string }> {
    this.reads += 1;
    return Promise.resolve(this.now());
  }
  now = (): { value: Counted; version: string } => ({ value: this.value, version: String(this.version) });
  lately = (): { value: Counted; version: string } | undefined => this.lastKnown;
  replace(value: Counted, version: string): Promise<boolean> {
    this.writes += 1;
    const isLatest = version === String(this.version);
    if (isLatest) this.put(value);
    return Promise.resolve(isLatest);
  }
  put(value: Counted): void {
    this.value = value;
    this.version += 1;
  }
}

const onceMore = ({ count }: Counted): Counted | undefined => (count < 3 ? { count: count + 1, by: 'me' } : undefined);

describe('updateRecord', () => {
  it('writes what nobody has changed since without a read', async () => {
    const store = new Store({ count: 0, by: '' });
    store.lastKnown = store.now();
    expect(await updateRecord(store, 'a', onceMore)).toEqual({ count: 1, by: 'me' });
    expect([store.reads, store.writes]).toEqual([0, 1]);
  });

  it('reads what somebody has changed since, and changes that', async () => {
    const store = new Store({ count: 0, by: '' });
    store.lastKnown = store.now();
    store.put({ count: 1, by: 'another' });
    expect(await updateRecord(store, 'a', onceMore)).toEqual({ count: 2, by: 'me' });
    expect(store.value).toEqual({ count: 2, by: 'me' });
  });

  it('believes nothing else of what it knew: that nothing is to be done is read', async () => {
    const store = new Store({ count: 3, by: '' });
    store.lastKnown = store.now();
    store.put({ count: 0, by: 'another' });
    expect(await updateRecord(store, 'a', onceMore)).toEqual({ count: 1, by: 'me' });
    store.put({ count: 3, by: 'another' });
    store.lastKnown = { value: { count: 0, by: '' }, version: '0' };
    expect(await updateRecord(store, 'a', onceMore)).toEqual({ count: 3, by: 'another' });
    expect(store.value.by).toBe('another');
  });
});
