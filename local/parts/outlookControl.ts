/** One attachment that the stand-in holds. */
export interface HeldAttachment {
  /** what the upload host's Location and Graph without `Prefer` say */
  id: string;
  /** what Graph says with `Prefer: IdType="ImmutableId"` */
  immutableId: string;
  item: string | null;
  name: string;
  kind: string;
  bytes: number | null;
  sha256: string | null;
  isInline: boolean;
  contentId: string | null;
  contentType: string | null;
  committedAt: string;
  method: string;
}

/** One upload session as the stand-in knows it. */
export interface HeldSession {
  item: string;
  name: string;
  state: 'open' | 'completed' | 'cancelled' | 'expired';
  receivedBytes: number;
}

/** A rule of the service that somebody broke. */
export interface Violation {
  at: string;
  op: string;
  rule: string;
  /** `bug`: no correct client does this; `note`: one may, for instance when it repeats a range whose reply was lost */
  level: 'bug' | 'note';
  item?: string;
  detail: string;
}

export interface NewItem {
  props?: Record<string, unknown>;
  notFoundFor?: Record<string, number>;
}

/** The control API of the Outlook stand-in (local/outlook/README.md): what no real service would tell or do. */
export class OutlookControl {
  constructor(readonly graphUrl: string) {}

  attachments(item?: string): Promise<HeldAttachment[]> {
    const query = item === undefined ? '' : `?item=${encodeURIComponent(item)}`;
    return this.#list<HeldAttachment>(`attachments${query}`);
  }

  sessions(): Promise<HeldSession[]> {
    return this.#list<HeldSession>('sessions');
  }

  violations(): Promise<Violation[]> {
    return this.#list<Violation>('violations');
  }

  /** Those that no correct client causes. */
  async bugs(): Promise<Violation[]> {
    return (await this.violations()).filter(({ level }) => level === 'bug');
  }

  /** Changes settings: latencyMs per operation, limits, styles. */
  async configure(config: Record<string, unknown>): Promise<void> {
    await this.call('PATCH', 'config', config);
  }

  /** Every item there is, by its Graph path. */
  items(): Promise<{ id: string; path: string }[]> {
    return this.#list('items');
  }

  /**
   * Makes an item of any form there is. @returns its Graph path, as the API takes it
   * @param more `props` of the item; `notFoundFor`: seconds for which an operation (or `any`) does not find it
   */
  async createItem(path = 'users/megan@contoso.com/messages', more: NewItem = {}): Promise<string> {
    return ((await this.call('POST', 'items', { path, ...more })) as { path: string }).path;
  }

  /** Moves the stand-in's clock forwards: expiry, lags, throttling and late commits follow it. */
  async advanceClock(seconds: number): Promise<void> {
    await this.call('POST', 'clock', { advanceSeconds: seconds });
  }

  /** Appends to the script of faults. */
  async addFaults(faults: readonly unknown[]): Promise<void> {
    await this.call('POST', 'faults', faults);
  }

  /** The faults that have not happened yet. */
  async pendingFaults(): Promise<unknown[]> {
    return ((await this.call('GET', 'faults')) as { pending: unknown[] }).pending;
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', 'faults');
  }

  /** Forgets everything but the seeded items. */
  async reset(): Promise<void> {
    await this.call('POST', 'reset', {});
  }

  /** Any call of the control API: `call('GET', 'mailboxes')`. @throws Error with status and text of what was refused */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(`${this.graphUrl}/_/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`The stand-in answered ${method} /_/${path} with ${reply.status}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  async #list<T>(path: string): Promise<T[]> {
    const answer = (await this.call('GET', path)) as T[] | { value: T[] };
    return Array.isArray(answer) ? answer : answer.value;
  }
}
