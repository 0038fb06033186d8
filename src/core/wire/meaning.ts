import type { Reason } from './reasons';

/** What was asked of the service. The same status means different things to different calls. */
export type Call =
  // an item's attachments
  | 'list'
  | 'post'
  | 'reply'
  | 'metadata'
  | 'readBack'
  | 'remove'
  // an upload session
  | 'openSession'
  | 'putRange'
  | 'askSession'
  | 'closeSession'
  // items and mailboxes
  | 'createDraft'
  | 'createReply'
  | 'readItem'
  | 'markDraft'
  | 'send'
  | 'lookForMessage'
  | 'deleteDraft'
  | 'notifyAttendees'
  | 'listPosts'
  | 'readOwner';

/** An answer that is no success, as far as its meaning depends on it. */
export interface Answer {
  readonly status: number;
  /** Every `code` of the error, the most detailed one first. Empty where the answer has none. */
  readonly codes: readonly string[];
  /** `error.message`. It may change at any time: only rows that say so read it. */
  readonly text: string;
}

export type Meaning =
  /** Too many requests or bytes: not done, wait. */
  | 'throttled'
  /** It may have been done. */
  | 'unclear'
  /** It was not done, and may be done later: no valid token. */
  | 'notDone'
  /** Not there, or not there yet. */
  | 'itemNotFound'
  /** The mailbox is not in Exchange Online. These answers come and go for minutes. */
  | 'mailboxNotFound'
  /** The session is unknown, ended or expired. */
  | 'sessionGone'
  /** The service expects another range. */
  | 'wrongRange'
  /** Too small for a session, or too large for a POST. */
  | 'wrongWay'
  /** The upload host refuses a URL that needs no token. */
  | 'hostRefused'
  /** The upload host answers no status. */
  | 'noStatus'
  /** What was to be removed or closed is gone. */
  | 'gone'
  /** No, and no again. */
  | { readonly refused: Reason };

/** One rule. All conditions that are given must hold; the first row that matches decides. */
export interface Row {
  /** Left out: every call. */
  readonly of?: readonly Call[];
  readonly status?: number | readonly [from: number, to: number];
  /** One of the codes matches; `noCode`: there is none. */
  readonly code?: RegExp | 'noCode';
  /** Only where the code says too little. */
  readonly text?: RegExp;
  readonly means: Meaning;
  /** Where it was seen or is documented: a URL, or an anchor of docs/outlook-facts.md. */
  readonly source: string;
}
