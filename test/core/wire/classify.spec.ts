import fc from 'fast-check';
import { Call, classify, Meaning, table } from '../../../src/core/wire/classify';

const told = (means: Meaning): string => (typeof means === 'string' ? means : means.refused);
const say = (call: Call, status: number, code = '', text = ''): string =>
  told(classify(call, { status, codes: code === '' ? [] : [code], text }));

const calls: readonly Call[] = [
  'list', 'post', 'reply', 'metadata', 'readBack', 'remove', 'openSession', 'putRange', 'askSession', 'closeSession',
  'createDraft', 'createReply', 'readItem', 'markDraft', 'send', 'lookForMessage', 'deleteDraft', 'notifyAttendees',
  'listPosts', 'readOwner',
]; // prettier-ignore

type Case = readonly [what: string, call: Call, status: number, code: string, text: string, means: string];
const cases: readonly Case[] = [
  // making a draft
  ['a draft whose JSON is over 4 MB', 'createDraft', 400, 'BadRequest', 'The maximum request length supported is 4MB.', 'draftTooLarge'],
  ['a draft whose JSON is over 4 MB, told by the status', 'createDraft', 413, '', '', 'draftTooLarge'],
  ['a mark in a mailbox without named properties', 'createDraft', 403, 'ErrorQuotaExceeded', 'Cannot get ID from name.', 'noNamedProperties'],
  ['the same on a PATCH', 'markDraft', 507, 'ErrorQuotaExceeded', 'Cannot get ID from name.', 'noNamedProperties'],
  ['the same with a code of its own', 'createDraft', 400, 'ErrorNamedPropertyQuotaExceeded', '', 'noNamedProperties'],
  ['a draft that the service does not understand', 'createDraft', 400, 'UnableToDeserializePostBody', '', 'property'],
  ['a draft with a property that it does not take', 'createDraft', 400, 'ErrorInvalidProperty', '', 'property'],
  ['a draft with an unknown fault', 'createDraft', 400, 'ErrorOfTomorrow', '', 'message'],
  ['a draft in a mailbox that nobody knows', 'createDraft', 404, 'ErrorItemNotFound', '', 'itemNotFound'],
  ['a draft in a mailbox that nobody knows, without a code', 'createDraft', 404, '', '', 'mailboxNotFound'],
  ['a reply to a message that is not there', 'createReply', 404, 'ErrorItemNotFound', '', 'itemNotFound'],
  // a full mailbox, in whatever shape
  ['a full mailbox', 'putRange', 403, 'ErrorQuotaExceeded', 'Mailbox has exceeded maximum mailbox size.', 'full'],
  ['a full mailbox, 400', 'post', 400, 'ErrorQuotaExceeded', '', 'full'],
  ['a full mailbox, 413', 'openSession', 413, 'ErrorQuotaExceeded', '', 'full'],
  ['a full mailbox, 500', 'list', 500, 'ErrorQuotaExceeded', 'Cannot save changes made to an item to store.', 'full'],
  ['a full mailbox, the exception’s name', 'markDraft', 507, 'QuotaExceededException', 'Target mailbox quota exceeded.', 'full'],
  ['a full mailbox, the status alone', 'post', 507, '', '', 'full'],
  ['a full store', 'openSession', 503, 'ErrorMailboxStoreFull', '', 'full'],
  ['a full mailbox, by name', 'post', 409, 'MailboxFull', '', 'full'],
  ['a mailbox too full to send', 'send', 403, 'ErrorSendQuotaExceeded', '', 'full'],
  ['a mailbox that may send nothing more', 'send', 403, 'ErrorProhibitSendQuotaExceeded', '', 'full'],
  ['a quota, in Graph’s own words', 'post', 403, 'quotaLimitReached', '', 'full'],
  ['a full mailbox, told by the text alone', 'post', 403, '', 'The mailbox has exceeded maximum mailbox size.', 'full'],
  // mailboxes that are not there
  ['no REST for this mailbox', 'list', 404, 'MailboxNotEnabledForRESTAPI', '', 'mailboxNotFound'],
  ['no REST for this mailbox, as a 401', 'openSession', 401, 'MailboxNotEnabledForRESTAPI', '', 'mailboxNotFound'],
  ['no REST for this mailbox, the newer code', 'list', 404, 'MailboxNotSupportedForRESTAPI', '', 'mailboxNotFound'],
  ['a mailbox that cannot be discovered', 'list', 404, 'ResourceNotFound', 'Resource could not be discovered.', 'mailboxNotFound'],
  ['an invalid user', 'list', 404, 'ErrorInvalidUser', '', 'mailboxNotFound'],
  ['an address without a mailbox', 'post', 404, 'ErrorNonExistentMailbox', '', 'mailboxNotFound'],
  ['a disabled account', 'post', 403, 'ErrorAccountDisabled', '', 'mailboxNotFound'],
  ['a mailbox on premises', 'list', 400, 'extensionError', '', 'mailboxNotFound'],
  ['an attachment of a mailbox that flips', 'remove', 404, 'MailboxNotEnabledForRESTAPI', '', 'mailboxNotFound'],
  ['an owner that the directory does not know', 'readOwner', 404, 'Request_ResourceNotFound', '', 'mailboxNotFound'],
  // it passes, whatever the status is
  ['a mailbox that is being moved', 'list', 503, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['the same as a 403', 'post', 403, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['the same as a 400', 'remove', 400, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['the same as a 404 of an attachment', 'remove', 404, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['the same as a 404 of a session', 'closeSession', 404, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['the same asked for a status', 'askSession', 404, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['a busy server as a 400', 'openSession', 400, 'ErrorServerBusy', '', 'unclear'],
  ['a store out of reach as a 400', 'post', 400, 'ErrorMailboxStoreUnavailable', '', 'unclear'],
  ['stale mailbox data', 'list', 503, 'MailboxInfoStale', '', 'unclear'],
  ['an expired timeout as a 400', 'list', 400, 'ErrorTimeoutExpired', '', 'unclear'],
  ['an internal error as a 400', 'post', 400, 'ErrorInternalServerError', '', 'unclear'],
  ['a transient internal error', 'openSession', 400, 'ErrorInternalServerTransientError', '', 'unclear'],
  ['a directory out of reach', 'list', 400, 'ErrorADUnavailable', '', 'unclear'],
  ['a failover', 'post', 400, 'ErrorMailboxFailover', '', 'unclear'],
  ['too few resources', 'post', 403, 'ErrorInsufficientResources', '', 'unclear'],
  ['codes in another case', 'post', 400, 'errorSERVERbusy', '', 'unclear'],
  ['a service that is not available', 'post', 403, 'serviceNotAvailable', '', 'unclear'],
  ['a health monitor as plain text', 'post', 503, '', '', 'unclear'],
  ['a gateway that waited too long', 'readBack', 504, 'UnknownError', '', 'unclear'],
  ['a 403 that passes', 'send', 403, '', 'Cannot send this mail due to a transient error. Please try again later', 'unclear'],
  ['a 403 that passes, on a POST', 'post', 403, 'ErrorAccessDenied', 'a transient error', 'unclear'],
  // a 400 that is none
  ['a bare 400 of a create', 'openSession', 400, '', '', 'unclear'],
  ['a bare 400 of a POST', 'post', 400, '', '', 'unclear'],
  ['a bare 400 of a list', 'list', 400, '', '', 'unclear'],
  ['a bare 400 of a send', 'send', 400, '', '', 'unclear'],
  ['a bare 400 in a session', 'putRange', 400, '', '', 'unclear'],
  // ids
  ['an id that is none', 'list', 400, 'ErrorInvalidIdMalformed', 'Id is malformed.', 'noId'],
  ['an id of EWS', 'list', 400, 'ErrorInvalidIdMalformedEwsLegacyIdFormat', '', 'noId'],
  ['an empty id', 'readItem', 400, 'ErrorInvalidIdEmpty', '', 'noId'],
  ['an id of another mailbox', 'list', 404, 'ErrorInvalidMailboxItemId', '', 'otherMailbox'],
  ['an item that is not there yet', 'post', 404, 'ErrorItemNotFound', '', 'itemNotFound'],
  ['the same as a 400', 'post', 400, 'ErrorItemNotFound', '', 'itemNotFound'],
  ['an item that is not there, without a code', 'list', 404, '', '', 'itemNotFound'],
  // opening a session
  ['a shared mailbox with a delegated token', 'openSession', 403, 'ErrorAccessDenied', '', 'denied'],
  ['a request for people only', 'list', 400, 'BadRequest', '/me request is only valid with delegated authentication flow.', 'delegatedOnly'],
  ['a file too small for a session', 'openSession', 400, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize', '', 'wrongWay'],
  ['a session for an item attachment', 'openSession', 405, 'ErrorAttachmentSessionIsSupportedOnlyForFileAttachments', '', 'onlyFiles'],
  ['contentId where it is not known', 'openSession', 400, 'BadRequest', "The property 'contentId' does not exist on type 'microsoft.graph.attachmentItem'.", 'inline'],
  ['isInline where it is not known', 'openSession', 400, 'ErrorInvalidProperty', 'isInline is not supported', 'inline'],
  ['a form of item without attachments', 'openSession', 405, '', '', 'notOnThisItem'],
  ['a retired form of item', 'list', 400, 'BadRequest', "Resource not found for the segment 'tasks'.", 'notOnThisItem'],
  ['a form of item that is not implemented', 'openSession', 501, 'NotImplemented', '', 'notOnThisItem'],
  ['a content type that it does not take', 'post', 415, '', '', 'notOnThisItem'],
  ['an unsupported list', 'list', 400, 'ErrorInvalidRequest', 'The OData request is not supported.', 'notOnThisItem'],
  // tokens and grants
  ['a token that is not valid yet', 'openSession', 401, 'InvalidAuthenticationToken', '', 'notDone'],
  ['a bare 401 of Graph', 'list', 401, '', '', 'notDone'],
  ['no permission', 'createDraft', 403, 'ErrorAccessDenied', '', 'denied'],
  ['no permission, without a code', 'list', 403, '', '', 'denied'],
  ['no permission, with another code', 'list', 403, 'Authorization_RequestDenied', '', 'denied'],
  ['an access policy', 'list', 403, 'ErrorAccessDenied', 'Access to OData is disabled.', 'policy'],
  // ranges
  ['a range, our token refused by the host', 'putRange', 401, 'InvalidAudienceForResource', '', 'hostRefused'],
  ['a range, the URL’s own token expired', 'putRange', 401, 'unauthenticated', 'The access token has expired.', 'hostRefused'],
  ['a range, a bare 401', 'putRange', 401, '', '', 'hostRefused'],
  ['a range that the host does not take at all', 'putRange', 405, '', '', 'hostRefused'],
  ['a range, by a host that is no upload host', 'putRange', 501, '', '', 'hostRefused'],
  ['a range of a session that is gone', 'putRange', 404, 'ErrorItemNotFound', '', 'sessionGone'],
  ['a range of a session that is gone, by its code', 'putRange', 400, 'uploadSessionNotFound', '', 'sessionGone'],
  ['a range of a session that is gone, 410', 'putRange', 410, '', '', 'sessionGone'],
  ['a range that overlaps', 'putRange', 400, 'invalidRange', 'Uploaded fragment overlaps with existing data.', 'wrongRange'],
  ['a range out of order', 'putRange', 409, 'fragmentOutOfOrder', '', 'wrongRange'],
  ['a range, told by the text alone', 'putRange', 416, '', 'The range is not the expected one.', 'wrongRange'],
  ['a range, a bare 416', 'putRange', 416, '', '', 'unclear'],
  ['a range, a 400 about something else', 'putRange', 400, 'ErrorOfTomorrow', '', 'unclear'],
  ['a range, another commit at the same time', 'putRange', 412, 'ErrorIrresolvableConflict', '', 'unclear'],
  ['a range, a conflict', 'putRange', 409, 'resourceModified', '', 'unclear'],
  ['a message that grows too large', 'putRange', 400, 'ErrorMessageSizeExceeded', '', 'tooLarge'],
  ['a message that grows too large, 413', 'putRange', 413, '', '', 'tooLarge'],
  ['a message that grows too large, 500', 'putRange', 500, 'ErrorMessageSizeExceeded', '', 'tooLarge'],
  ['malware', 'putRange', 400, 'malwareDetected', '', 'malware'],
  ['a general exception', 'putRange', 400, 'generalException', '', 'unclear'],
  // the status of a session is not documented
  ['a status, 404', 'askSession', 404, '', '', 'noStatus'],
  ['a status, 405', 'askSession', 405, '', '', 'noStatus'],
  ['a status, 401', 'askSession', 401, 'InvalidAudienceForResource', '', 'noStatus'],
  ['a status, 501', 'askSession', 501, '', '', 'noStatus'],
  ['a status, 429', 'askSession', 429, 'ApplicationThrottled', '', 'throttled'],
  ['a status, 503', 'askSession', 503, '', '', 'unclear'],
  // closing and removing
  ['closing what is gone', 'closeSession', 404, 'ErrorItemNotFound', '', 'gone'],
  ['closing what is gone, 410', 'closeSession', 410, '', '', 'gone'],
  ['closing in an incident', 'closeSession', 401, 'InvalidAudienceForResource', '', 'unclear'],
  ['closing, forbidden', 'closeSession', 403, 'ErrorAccessDenied', '', 'unclear'],
  ['removing what is gone', 'remove', 404, 'ErrorItemNotFound', '', 'gone'],
  ['removing in an incident', 'remove', 401, '', '', 'notDone'],
  ['removing, forbidden for now', 'remove', 403, 'ErrorAccessDenied', '', 'notDone'],
  ['removing, an internal error', 'remove', 500, 'ErrorInternalServerError', '', 'unclear'],
  ['removing while another one commits', 'remove', 412, 'ErrorIrresolvableConflict', '', 'unclear'],
  ['deleting a draft that is gone', 'deleteDraft', 404, '', '', 'gone'],
  // a small file
  ['a POST over 4 MB', 'post', 413, '', '', 'wrongWay'],
  ['a POST over 4 MB, told by the text', 'post', 400, 'BadRequest', 'Maximum request length exceeded.', 'wrongWay'],
  ['a POST of a file that is too large', 'post', 400, 'ErrorAttachmentSizeLimitExceeded', '', 'wrongWay'],
  ['a reply over 4 MB', 'reply', 413, '', '', 'attachmentTooLarge'],
  ['a resource of a type that is abstract', 'post', 422, 'UnprocessableType', '', 'property'],
  ['an item attachment without its item', 'post', 400, 'ErrorInvalidProperty', "The property 'Item' is required when creating the entity.", 'property'],
  // reading back
  ['$value of a link', 'readBack', 405, '', '', 'noValue'],
  ['$value of a link, told by the text', 'readBack', 400, 'BadRequest', "'$value' segment is not supported for the given attachment.", 'noValue'],
  ['$value refused for a day', 'readBack', 400, 'BadRequest', 'Unsupported segment type. ODataQuery: users/x', 'unclear'],
  ['$value of what is not there', 'readBack', 404, 'ErrorItemNotFound', '', 'itemNotFound'],
  // sending
  ['a send that is throttled', 'send', 429, 'ApplicationThrottled', '', 'unclear'],
  ['a send over the concurrency limit', 'send', 429, 'CommandConcurrencyLimitReached', '', 'unclear'],
  ['a send of what is not found', 'send', 404, 'ErrorItemNotFound', '', 'unclear'],
  ['a send with a bad token', 'send', 401, 'InvalidAuthenticationToken', '', 'unclear'],
  ['a send that got a gateway’s time-out', 'send', 504, '', '', 'unclear'],
  ['a send with an unknown error', 'send', 500, 'UnknownError', '', 'unclear'],
  ['a send from a mailbox in move', 'send', 403, 'ErrorMailboxMoveInProgress', '', 'unclear'],
  ['a send as somebody else', 'send', 403, 'ErrorSendAsDenied', '', 'sendAs'],
  ['a send of too much', 'send', 413, 'ErrorMessageSizeExceeded', '', 'tooLarge'],
  ['the daily limit, 400', 'send', 400, 'ErrorExceededMessageLimit', '', 'dailyLimit'],
  ['the daily limit, 403', 'send', 403, 'ErrorExceededMessageLimit', '', 'dailyLimit'],
  ['the daily limit, 429', 'send', 429, 'ErrorExceededMessageLimit', '', 'dailyLimit'],
  ['the submission quota', 'send', 429, 'ErrorSubmissionQuotaExceeded', '', 'dailyLimit'],
  ['a suspended account', 'send', 403, 'ErrorAccountSuspend', '', 'suspended'],
  ['a suspended account, told by the text', 'send', 403, '', 'WASCL UserAction verdict is not None. Actual verdict is Suspend', 'suspended'],
  ['a mailbox to be verified', 'send', 403, 'ErrorMessageSubmissionBlocked', 'Cannot send mail. Follow the instructions in your Inbox to verify your account., WASCL UserAction verdict is not None. Actual verdict is HipSend, ShowTierUpgrade.', 'suspended'],
  ['a mailbox to be verified, by the code of a grant', 'send', 403, 'ErrorAccessDenied', 'Cannot send mail. Follow the instructions in your Inbox to verify your account.', 'suspended'],
  ['a mailbox to be verified, by a new code', 'send', 400, 'ErrorOfTomorrow', 'Follow the instructions in your Inbox to verify your account.', 'suspended'],
  ['a mailbox to be verified, 554', 'send', 554, 'ErrorMessageSubmissionBlocked', 'Actual verdict is HipSend.', 'suspended'],
  ['the daily limit, in the same words', 'send', 403, 'ErrorExceededMessageLimit', 'Cannot send mail. Follow the instructions in your Inbox to verify your account.', 'dailyLimit'],
  ['a verdict that passes', 'send', 403, 'ErrorMessageSubmissionBlocked', 'WASCL UserAction verdict is not None. Actual verdict is None.', 'messageBlocked'],
  ['a verdict that calls itself transient', 'send', 403, 'ErrorAccessDenied', 'Cannot send this mail due to a transient error., WASCL UserAction verdict is not None. Actual verdict is TransientError.', 'unclear'],
  ['a recipient that is none', 'send', 400, 'ErrorInvalidRecipients', '', 'recipients'],
  ['too many recipients', 'send', 400, 'ErrorExceededMaxRecipientLimit', '', 'tooManyRecipients'],
  ['a message that is blocked', 'send', 403, 'ErrorMessageSubmissionBlocked', '', 'messageBlocked'],
  ['a send without the permission', 'send', 403, 'ErrorAccessDenied', '', 'denied'],
  ['a send that the service does not take', 'send', 400, 'ErrorOfTomorrow', '', 'message'],
  // throttling
  ['too many requests', 'list', 429, '', '', 'throttled'],
  ['too many open objects', 'list', 400, 'ErrorTooManyObjectsOpened', '', 'throttled'],
  ['the concurrency limit as a 400', 'post', 400, 'CommandConcurrencyLimitReached', '', 'throttled'],
  ['the concurrency limit of the mailbox', 'putRange', 503, 'MailboxConcurrency', '', 'throttled'],
  ['the activity limit', 'post', 403, 'activityLimitReached', '', 'throttled'],
  ['the bandwidth limit', 'putRange', 509, '', '', 'throttled'],
  // codes of tomorrow, by status
  ['a new code, 400', 'list', 400, 'ErrorOfTomorrow', '', 'refused'],
  ['a new code, 403', 'post', 403, 'ErrorOfTomorrow', '', 'denied'],
  ['a new code, 404', 'post', 404, 'ErrorOfTomorrow', '', 'itemNotFound'],
  ['a new code, 409', 'post', 409, 'ErrorOfTomorrow', '', 'unclear'],
  ['a new code, 423', 'post', 423, 'ErrorOfTomorrow', '', 'unclear'],
  ['a new code, 500', 'post', 500, 'ErrorOfTomorrow', '', 'unclear'],
]; // prettier-ignore

describe('what an answer means', () => {
  it.each(cases)('%s: %s answered %i %s %s', (_, call, status, code, text, means) => {
    expect(say(call, status, code, text)).toBe(means);
  });

  it('takes the most telling of nested codes', () => {
    const codes = ['ErrorQuotaExceeded', 'ErrorInternalServerError'];
    expect(classify('post', { status: 500, codes, text: '' })).toEqual({ refused: 'full' });
  });

  it('never ends an upload because of a 5xx without a known code, and always has a meaning', () => {
    fc.assert(
      fc.property(fc.constantFrom(...calls), fc.integer({ min: 300, max: 600 }), fc.string(), (call, status, code) => {
        const means = say(call, status, code === '' ? '' : `Error${code.length}OfTomorrow`);
        if (status >= 500 && ![501, 507].includes(status)) expect(['unclear', 'throttled']).toContain(means);
        else expect(means).not.toBe('');
      }),
    );
  });

  it('takes no answer to a send, a 2xx aside, for a proof that nothing was sent by its status alone', () => {
    for (let status = 404; status < 600; status++)
      if (![413, 422, 507].includes(status)) expect(say('send', status)).toBe('unclear');
  });
});

describe('the table', () => {
  it('has a source for every row: a URL or an anchor of the page of facts', () => {
    for (const { source } of table) expect(source).toMatch(/^(https:\/\/\S+|#[a-z0-9-]+)$/);
  });

  it('means nothing that no case above shows', () => {
    const said = new Set(cases.map(([, , , , , means]) => means));
    const meant = new Set(table.map(({ means }) => told(means)));
    for (const means of meant) expect(said).toContain(means);
  });
});
