import type { Mailbox } from '../items/mailbox';
import type { Item } from '../items/path';
import type { WireReply } from './reply';

/** A draft or an event as people recognise it. */
export interface RecentItem {
  readonly id: string;
  readonly kind: RecentKind;
  readonly subject: string;
  /** ms: when the draft was last changed, when the event begins; undefined where the service does not tell. */
  readonly when: number | undefined;
  /** To whom, or with whom: names, or addresses where there are none. */
  readonly people: readonly string[];
  readonly hasAttachments: boolean;
}
export type RecentKind = 'draft' | 'event';

/** Items as people look for them. Answers what came back as a value; never throws for it. */
export interface BrowseApi {
  /** Whether the item is there: 200 to one GET of its id. */
  look(item: Item): Promise<WireReply>;
  /** The newest drafts or events of a mailbox, at most `limit`; with `search` those whose subject or people hold it. */
  recent(
    mailbox: Mailbox,
    kind: RecentKind,
    search: string,
    limit: number,
  ): Promise<{ kind: 'items'; items: RecentItem[] } | WireReply>;
}
