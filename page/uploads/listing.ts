import type { Api } from '../api/client';
import { problemOf, ProblemError } from '../api/problemError';
import type { Delivery, Page, Problem, Status, Upload } from '../api/types';
import { Observable } from '../observable';
import { type ViewId, viewOf } from './views';

export type Kind = 'uploads' | 'deliveries';
export type Listed = Upload | Delivery;
const pageSize = 50;
const pollMs = 4_000;
const slowestPollMs = 60_000;

/** All uploads (or deliveries) that the app knows, as one view of them, kept fresh while the page is seen. */
export class Listing extends Observable {
  view: ViewId = 'all';
  kind: Kind = 'uploads';
  /** an item's path or the caller's own words */
  search = '';
  rows: readonly Listed[] = [];
  /** undefined until they are known; a full page counts as "or more" */
  counts: { readonly waiting?: number; readonly failed?: number } = {};
  loaded = false;
  hasMore = false;
  hasDeliveries = false;
  problem: Problem | undefined;
  readonly chosen = new Set<string>();
  #pages = 1;
  #timer = 0;
  #generation = 0;
  #failures = 0;

  constructor(private readonly api: Api) {
    super();
  }

  start(): void {
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.refresh();
    });
    void this.#lookForDeliveries();
    this.refresh();
  }

  show(change: Partial<Pick<Listing, 'view' | 'kind' | 'search'>>): void {
    Object.assign(this, change);
    this.#pages = 1;
    this.loaded = false;
    this.rows = [];
    this.chosen.clear();
    this.changed();
    this.refresh();
  }

  more(): void {
    this.#pages++;
    this.refresh();
  }

  choose(id: string, isChosen: boolean): void {
    if (isChosen) this.chosen.add(id);
    else this.chosen.delete(id);
    this.changed();
  }

  /** Asks now, and from then on every few seconds. */
  refresh(): void {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    void this.#load(generation).finally(() => {
      if (generation !== this.#generation) return;
      const wait = Math.min(slowestPollMs, pollMs * 2 ** this.#failures);
      if (this.problem?.code !== 'KeyNeeded')
        this.#timer = window.setTimeout(() => !document.hidden && this.refresh(), wait);
    });
  }

  async #load(generation: number): Promise<void> {
    try {
      const statuses = viewOf(this.view).statuses;
      const [lists, counts] = await Promise.all([
        Promise.all((statuses.length === 0 ? [undefined] : statuses).map((status) => this.#list(status))),
        this.#count(),
      ]);
      if (generation !== this.#generation) return;
      this.rows = lists.flatMap(({ rows }) => rows).sort((a, b) => (a.id < b.id ? 1 : -1));
      this.hasMore = lists.some(({ more }) => more);
      this.counts = counts;
      const ids = new Set(this.rows.map(({ id }) => id));
      for (const id of this.chosen) if (!ids.has(id)) this.chosen.delete(id);
      this.problem = undefined;
      this.#failures = 0;
    } catch (cause) {
      if (generation !== this.#generation) return;
      this.problem = problemOf(cause);
      this.#failures++;
    }
    this.loaded = true;
    this.changed();
  }

  async #list(status: Status | undefined): Promise<{ rows: Listed[]; more: boolean }> {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(status ? { status } : {}),
      ...this.#searchQuery(),
    });
    const rows: Listed[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < this.#pages; page++) {
      if (cursor !== null) query.set('cursor', cursor);
      const { body } = await this.api.call<Page<Listed>>('GET', `/${this.kind}?${query.toString()}`);
      rows.push(...body.value);
      cursor = body.nextLink === undefined ? null : new URL(body.nextLink, location.origin).searchParams.get('cursor');
      if (cursor === null) break;
    }
    return { rows, more: cursor !== null };
  }

  #searchQuery(): Record<string, string> {
    const words = this.search.trim();
    if (words === '') return {};
    return /^(me|users|groups)\//i.test(words) ? { item: words } : { reference: words };
  }

  async #count(): Promise<Listing['counts']> {
    const count = async (status: Status): Promise<number> =>
      (await this.api.call<Page<Upload>>('GET', `/uploads?limit=100&status=${status}`)).body.value.length;
    const [waiting, failed] = await Promise.all([count('waiting'), count('failed')]);
    return { waiting, failed };
  }

  /** An app without a list of deliveries shows uploads only. */
  async #lookForDeliveries(): Promise<void> {
    try {
      await this.api.call('GET', '/deliveries?limit=1');
      this.hasDeliveries = true;
      this.changed();
    } catch (cause) {
      if (!(cause instanceof ProblemError)) throw cause;
    }
  }
}
