import type { Api } from '../api/client';
import { isProblem, problemOf } from '../api/problemError';
import type { MailboxItem, Page, Problem } from '../api/types';
import { Observable } from '../observable';
import { isAbort } from '../staging/put';
import { mailboxPath } from './typedPath';

const typingPauseMs = 350;

/** The recent drafts or events of a mailbox, asked for as their filters are typed. */
export class RecentItems extends Observable {
  kind: 'draft' | 'event' = 'draft';
  search = '';
  items: readonly MailboxItem[] | undefined;
  problem: Problem | undefined;
  loading = false;
  chosen: MailboxItem | undefined;
  #timer = 0;
  #asked = new AbortController();

  constructor(private readonly api: Api) {
    super();
  }

  choose(item: MailboxItem): void {
    this.chosen = item;
    this.changed();
  }

  /** Asks when typing has paused. */
  look(mailbox: string, change: Partial<Pick<RecentItems, 'kind' | 'search'>> = {}): void {
    Object.assign(this, change);
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.loading = mailbox.trim() !== '';
    if (!this.loading) [this.items, this.problem, this.chosen] = [undefined, undefined, undefined];
    else this.#timer = window.setTimeout(() => void this.#load(mailbox), this.items ? typingPauseMs : 0);
    this.changed();
  }

  async #load(mailbox: string): Promise<void> {
    const { signal } = (this.#asked = new AbortController());
    const query = new URLSearchParams({ mailbox: mailboxPath(mailbox), kind: this.kind, limit: '20' });
    if (this.search.trim() !== '') query.set('search', this.search.trim());
    try {
      const { body } = await this.api.call<Page<MailboxItem>>('GET', `/items?${query.toString()}`, { signal });
      this.items = body.value;
      this.problem = undefined;
      if (!body.value.some(({ item }) => item === this.chosen?.item)) this.chosen = undefined;
    } catch (cause) {
      if (isAbort(cause)) return;
      [this.items, this.chosen] = [undefined, undefined];
      this.problem = problemOf(cause);
    }
    this.loading = false;
    this.changed();
  }

  /** The app does not list mailboxes: not allowed, or it does not know how. */
  get unavailable(): boolean {
    return isProblem(this.problem, 'BrowseNotAllowed', 'RouteNotFound', 'MethodNotAllowed');
  }
}

/** Who it is to or with, whatever form the app gives it in. */
export function peopleOf({ people }: MailboxItem): string {
  const nameOf = (person: unknown): string => {
    if (typeof person === 'string') return person;
    if (typeof person !== 'object' || person === null) return '';
    const { name, address } = person as { name?: unknown; address?: unknown };
    return typeof name === 'string' && name !== '' ? name : typeof address === 'string' ? address : '';
  };
  return (Array.isArray(people) ? people : [people]).map(nameOf).filter(Boolean).join(', ');
}
