import type { Call, Meaning, Row } from './meaning';
import type { Reason } from './reasons';
import { contrib, graphCodes, graphDocs, o365 } from './sources';

const refused = (reason: Reason): Meaning => ({ refused: reason });
const deletes: readonly Call[] = ['closeSession', 'remove', 'deleteDraft'];
const drafts: readonly Call[] = ['createDraft', 'createReply', 'markDraft', 'notifyAttendees'];

/** Rows for codes that no other row knows, and for answers without a code. The last one matches everything. */
export const statusRows: readonly Row[] = [
  { status: 429, means: 'throttled', source: '#throttling' },
  { status: 509, means: 'throttled', source: graphCodes },
  { status: 507, means: refused('full'), source: contrib(6177) },
  {
    status: [400, 599],
    text: /exceeded (the |its )?maximum mailbox size|mailbox (is )?full|mailbox quota exceeded/i,
    means: refused('full'),
    source: graphDocs(2927),
  },
  // gone, or not there yet
  { of: deletes, status: 404, means: 'gone', source: '#deletes' },
  { of: deletes, status: 410, means: 'gone', source: '#deletes' },
  { of: ['putRange'], status: 404, means: 'sessionGone', source: '#session-gone' },
  { of: ['putRange'], status: 410, means: 'sessionGone', source: '#session-gone' },
  { of: ['createDraft', 'readOwner'], status: 404, means: 'mailboxNotFound', source: '#mailbox-not-online' },
  { status: 404, means: 'itemNotFound', source: '#lag' },
  { status: 410, means: 'itemNotFound', source: graphCodes },
  // who may do what. A 401 of the upload host is an incident; of Graph, a token that is not valid (yet): nothing was done
  { of: ['putRange'], status: 401, means: 'hostRefused', source: o365(1027) },
  { of: ['closeSession'], status: [400, 499], means: 'unclear', source: '#session-401' },
  { status: 401, means: 'notDone', source: '#token' },
  { of: ['remove', 'deleteDraft'], status: 403, means: 'notDone', source: '#session-401' },
  { status: [402, 403], means: refused('denied'), source: '#grants' },
  {
    code: /^(ErrorAccessDenied|accessDenied|Authorization_RequestDenied)$/i,
    means: refused('denied'),
    source: '#grants',
  },
  // sizes
  { of: ['post'], status: 413, means: 'wrongWay', source: o365(472) },
  { of: ['reply'], status: 413, means: refused('attachmentTooLarge'), source: '#request-length' },
  { of: drafts, status: 413, means: refused('draftTooLarge'), source: contrib(682) },
  { status: 413, means: refused('tooLarge'), source: '#message-size' },
  // a 400 without a code is a hiccup, and in a session no word about the range
  { status: 400, code: 'noCode', means: 'unclear', source: '#bare-400' },
  { of: ['putRange'], status: 400, means: 'unclear', source: '#range-words' },
  { of: ['putRange'], status: 416, means: 'unclear', source: '#range-words' },
  { of: ['putRange'], status: [405, 407], means: 'hostRefused', source: '#session-401' },
  { of: ['putRange'], status: 415, means: 'hostRefused', source: '#session-401' },
  { of: ['putRange'], status: 501, means: 'hostRefused', source: '#session-401' },
  // what the item or the service does not offer
  { of: ['readBack'], status: 405, means: refused('noValue'), source: '#value' },
  { of: ['readBack'], status: [400, 499], means: 'unclear', source: '#value' },
  { of: ['list', 'post', 'reply', 'openSession'], status: 405, means: refused('notOnThisItem'), source: '#kinds' },
  { of: ['list', 'post', 'reply', 'openSession'], status: 415, means: refused('notOnThisItem'), source: graphCodes },
  {
    of: ['list', 'post', 'reply', 'openSession', 'readBack'],
    status: 501,
    means: refused('notOnThisItem'),
    source: graphCodes,
  },
  // conflicts and waiting rooms
  { status: [408, 409], means: 'unclear', source: graphCodes },
  { status: 412, means: 'unclear', source: '#commit-order' },
  { status: [423, 425], means: 'unclear', source: graphCodes },
  { status: [500, 599], means: 'unclear', source: '#transient' },
  // the caller's message, as the service understood it
  { of: ['send', ...drafts], status: 400, means: refused('message'), source: '#draft' },
  { of: ['send', ...drafts], status: 422, means: refused('message'), source: '#draft' },
  { of: ['post', 'reply'], status: 422, means: refused('property'), source: '#small-post' },
  { status: [400, 499], means: refused('refused'), source: graphCodes },
  { means: 'unclear', source: '#success-codes' },
];
