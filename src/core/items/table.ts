import { MiB } from '../byteRange';
import type { ItemForm } from './grammar';

/** The three kinds of attachment: a file, an Outlook item in the item, a link to a file in the cloud. */
export type AttachmentKind = 'file' | 'itemAttachment' | 'referenceAttachment';

/** What a form of item takes, and by which way. Sources: docs/outlook-facts.md#kinds; docs/items.md is this table in words. */
export interface ItemKind {
  /** For people: `a message`. */
  readonly label: string;
  /**
   * outlook: POST to `…/attachments`, and sessions with ranges to a URL of another origin. todo: its own sessions, on Graph
   * and with a bearer. reply: the file rides in a new post, answered 202 without an id; sessions as outlook's.
   */
  readonly protocol: 'outlook' | 'todo' | 'reply';
  readonly kinds: readonly AttachmentKind[];
  readonly fileByPost: boolean;
  readonly fileBySession: boolean;
  /** The largest file that the service takes here by any way; MAX_ATTACHMENT_SIZE may allow less. */
  readonly maxBytes: number;
  /** A session for less is refused (`ErrorAttachmentSizeShouldNotBeLessThanMinimumSize`), one POST always takes it. */
  readonly minSessionBytes: number;
  /** Where the form is in no other version. */
  readonly graphVersion?: 'beta';
  /** Microsoft gives it to people only, never to an application. */
  readonly delegatedOnly: boolean;
  /** Nothing can be attached at all, and what to do instead. */
  readonly unsupported?: { readonly code: 'AttachmentKindNotSupported'; readonly detail: string };
  /** Null where an application cannot have one. */
  readonly appPermission: string | null;
  readonly delegatedPermission: string;
  /** Others have copies of it that a new attachment reaches only with an update. */
  readonly attendees: boolean;
}

/**
 * Microsoft's "MB" is read as MiB: Nylas takes 157,286,400 bytes for the same 150 MB, and a
 * limit that is too generous ends in the service's own refusal, one that is too strict refuses what would have worked.
 */
const sessionMaxBytes = 150 * MiB;
const todoMaxBytes = 25 * MiB;
/**
 * "3 MB" of one POST: its base64 has to stay within Graph's 4 MiB a request, with 4 KiB for the JSON around it (a name of
 * 255 characters, which a reply says twice, is the most of it).
 */
export const postMaxBytes = 3 * MiB - 3 * 1024;
/** Documented as "3 MB" (2 MiB were observed): the lower reading, below which a POST always fits. */
const sessionMinBytes = 3_000_000;

const message: ItemKind = {
  label: 'a message',
  protocol: 'outlook',
  kinds: ['file', 'itemAttachment', 'referenceAttachment'],
  fileByPost: true,
  fileBySession: true,
  maxBytes: sessionMaxBytes,
  minSessionBytes: sessionMinBytes,
  delegatedOnly: false,
  appPermission: 'Mail.ReadWrite',
  delegatedPermission: 'Mail.ReadWrite',
  attendees: false,
};
const event: ItemKind = {
  ...message,
  label: 'an event',
  appPermission: 'Calendars.ReadWrite',
  delegatedPermission: 'Calendars.ReadWrite',
  attendees: true,
};
const groupPost: ItemKind = {
  ...message,
  label: 'a group post',
  protocol: 'reply',
  delegatedOnly: true,
  appPermission: null,
  delegatedPermission: 'Group.ReadWrite.All',
};

/** One row a form. */
export const itemKindTable: Readonly<Record<ItemForm, ItemKind>> = {
  message,
  folderMessage: message,
  meetingMessageEvent: { ...event, label: 'the event of a meeting message' },
  event,
  calendarEvent: event,
  calendarsEvent: event,
  calendarGroupEvent: event,
  todoTask: {
    ...message,
    label: 'a To Do task',
    protocol: 'todo',
    kinds: ['file'],
    maxBytes: todoMaxBytes,
    minSessionBytes: 0,
    appPermission: 'Tasks.ReadWrite.All',
    delegatedPermission: 'Tasks.ReadWrite',
  },
  outlookTask: {
    ...message,
    label: 'an Outlook task',
    kinds: ['file', 'itemAttachment'],
    graphVersion: 'beta',
    delegatedOnly: true, // outlooktask-post-attachments.md: application "not supported"
    appPermission: null,
    delegatedPermission: 'Tasks.ReadWrite',
  },
  groupThread: { ...groupPost, label: 'a group thread', fileBySession: false, maxBytes: postMaxBytes },
  groupPost,
  groupEvent: {
    ...groupPost,
    label: 'a group event',
    protocol: 'outlook',
    kinds: [],
    fileByPost: false,
    fileBySession: false,
    maxBytes: 0,
    unsupported: {
      code: 'AttachmentKindNotSupported',
      detail:
        'Microsoft documents that events in group calendars take no attachments. Attach the file to an event in a ' +
        "person's calendar (users/{user}/events/{id}), or reply with it to a thread of the group (groups/{group}/threads/{id}).",
    },
  },
};
