import type { Call, Meaning, Row } from './meaning';
import type { Reason } from './reasons';
import { contrib, dotnet, exchangeCodes, graphCodes, graphDocs, o365 } from './sources';

const refused = (reason: Reason): Meaning => ({ refused: reason });
const deletes: readonly Call[] = ['closeSession', 'remove', 'deleteDraft'];
const drafts: readonly Call[] = ['createDraft', 'createReply', 'markDraft', 'notifyAttendees'];

/** Rows that read the code, whatever the status is: the same code comes with several. Codes are compared without case. */
export const codeRows: readonly Row[] = [
  // limits of sending come before throttling: they last for hours, and the draft stays
  {
    code: /^(ErrorExceeded(Hourly|Daily)?MessageLimit(ShowTierUpgrade)?|ErrorSubmissionQuotaExceeded|RecipientRateLimitExceeded)$/i,
    means: refused('dailyLimit'),
    source: '#send-limits',
  },
  { code: /^ErrorAccountSuspend(ShowTierUpgrade)?$/i, means: refused('suspended'), source: '#send-limits' },
  // with whatever code: of a mailbox that has to be unblocked, not of the message
  {
    of: ['send'],
    text: /verify your account|verdict is (?!not\b|None\b|TransientError\b)\w/i,
    means: refused('suspended'),
    source: '#send-limits',
  },
  // a mailbox without named properties calls itself full as well: only the text tells them apart
  {
    code: /^ErrorQuotaExceeded$/i,
    text: /Cannot get ID from name/i,
    means: refused('noNamedProperties'),
    source: graphDocs(12767),
  },
  { code: /NamedPropert(y|ies)/i, means: refused('noNamedProperties'), source: '#named-properties' },
  {
    code: /Quota(Limit)?(Exceeded|Reached)|Exceeded\w*Quota|OverQuota|MailboxFull|(Store|Mailbox)Full$|InsufficientStorage/i,
    means: refused('full'),
    source: '#mailbox-full',
  },
  // throttling
  {
    code: /Throttl|TooManyRequests|Concurrency(Limit)?|^activityLimitReached$|^ErrorTooManyObjectsOpened$|^ErrorExceededConnectionCount$|^ErrorOverBudget/i,
    means: 'throttled',
    source: '#throttling',
  },
  // mailboxes that are not in Exchange Online; before the transient codes, whose words they share
  {
    code: /^(MailboxNot(Enabled|Supported)ForRESTAPI|MailboxNotHosted\w*|ErrorMailboxNotFound|ErrorNonExistentMailbox|ErrorInvalidUser|ErrorAccountDisabled|ErrorMailboxVersionNotSupported|Request_ResourceNotFound|ResourceNotFound)$/i,
    means: 'mailboxNotFound',
    source: contrib(4341),
  },
  { code: /^extensionError$/i, means: 'mailboxNotFound', source: graphCodes },
  // it passes, whatever the status is
  {
    code: /Transient|Time(d)?out|Unavailable|NotAvailable|Busy$|MoveInProgress|ScanInProgress|Failover|Stale|^ErrorInternalServerError$|^InternalServerError$/i,
    means: 'unclear',
    source: '#transient',
  },
  {
    code: /^(UnknownError|generalException|ErrorMoveCopyFailed|ErrorIrresolvableConflict|resourceModified|ErrorConnectionFailed|ErrorInsufficientResources|ErrorNotEnoughMemory|ErrorRequestAborted|ErrorClientDisconnected|ErrorMailboxLogonFailed|ErrorADOperation|ErrorBatchProcessingStopped|serviceReadOnly|resourceBeingProvisioned)$/i,
    means: 'unclear',
    source: exchangeCodes,
  },
  { status: 403, text: /transient/i, means: 'unclear', source: o365(668) },
  // an upload session; a status that is not documented is none
  { of: ['askSession'], status: [400, 428], means: 'noStatus', source: '#session-status' },
  { of: ['askSession'], status: [430, 499], means: 'noStatus', source: '#session-status' },
  { of: ['askSession'], status: 501, means: 'noStatus', source: '#session-status' },
  { of: deletes, code: /^(ErrorItemNotFound|itemNotFound|uploadSessionNotFound)$/i, means: 'gone', source: '#deletes' },
  {
    of: ['putRange'],
    code: /^(ErrorItemNotFound|itemNotFound|uploadSession(NotFound|Failed))$/i,
    means: 'sessionGone',
    source: graphCodes,
  },
  {
    of: ['putRange'],
    code: /Range|^fragment|^invalidStartIndex$|^uploadSessionIncomplete$/i,
    means: 'wrongRange',
    source: '#range-words',
  },
  {
    of: ['putRange'],
    status: [400, 416],
    text: /\b(range|fragment|offset|overlap\w*)\b/i,
    means: 'wrongRange',
    source: '#range-words',
  },
  { code: /^(ErrorItemNotFound|itemNotFound|Error(Parent)?FolderNotFound)$/i, means: 'itemNotFound', source: '#lag' },
  // sizes
  { of: ['openSession'], code: /ShouldNotBeLessThanMinimumSize$/i, means: 'wrongWay', source: '#session-minimum' },
  {
    of: ['post'],
    code: /^(ErrorAttachmentSizeLimitExceeded|RequestEntityTooLarge|ErrorDataSizeLimitExceeded|ErrorRequestStreamTooBig)$/i,
    means: 'wrongWay',
    source: exchangeCodes,
  },
  { of: ['post'], status: [400, 413], text: /request length/i, means: 'wrongWay', source: graphDocs(85) },
  {
    of: ['createDraft', 'createReply', 'markDraft'],
    text: /request length/i,
    means: refused('draftTooLarge'),
    source: contrib(682),
  },
  {
    code: /^(ErrorMessageSizeExceeded|ErrorItemSizeExceeded|ErrorMessageTooBig)$/i,
    means: refused('tooLarge'),
    source: contrib(2561),
  },
  {
    code: /^(ErrorAttachmentSizeLimitExceeded|maxFileSizeExceeded|maxStreamSizeExceeded)$/i,
    means: refused('attachmentTooLarge'),
    source: exchangeCodes,
  },
  // ids and who may do what
  { code: /^ErrorInvalidMailboxItemId$/i, means: refused('otherMailbox'), source: '#ids' },
  { code: /^Error(Invalid(Attachment)?Id\w*|InvalidStoreId)$/i, means: refused('noId'), source: '#ids' },
  { code: /^ErrorSend(As|OnBehalf)\w*Denied$/i, means: refused('sendAs'), source: contrib(7446) },
  {
    status: [400, 403],
    text: /delegated (authentication|permission|access|token)/i,
    means: refused('delegatedOnly'),
    source: contrib(9002),
  },
  {
    code: /^ErrorAccessDenied$/i,
    text: /OData is disabled|application access policy|blocked by (tenant|policy)/i,
    means: refused('policy'),
    source: 'https://learn.microsoft.com/graph/auth-limit-mailbox-access',
  },
  // what is in the message or the file
  {
    code: /^Error(InvalidRecipients|InvalidSmtpAddress|MissingRecipients?|MailRecipientNotFound|RecipientNot(Found|Resolved)|MissingEmailAddress)$/i,
    means: refused('recipients'),
    source: '#recipients',
  },
  { code: /^ErrorExceededMaxRecipient(Limit\w*|s)$/i, means: refused('tooManyRecipients'), source: '#send-limits' },
  { code: /^ErrorMessage(Submission)?Blocked$/i, means: refused('messageBlocked'), source: '#send-limits' },
  {
    code: /^(malwareDetected|virusSuspicious|ErrorVirus(Detected|MessageDeleted))$/i,
    means: refused('malware'),
    source: graphCodes,
  },
  { code: /SupportedOnlyForFileAttachments$/i, means: refused('onlyFiles'), source: contrib(710) },
  {
    of: ['openSession', 'post'],
    status: 400,
    text: /contentId|isInline/i,
    means: refused('inline'),
    source: contrib(4850),
  },
  {
    of: ['readBack'],
    text: /segment is not supported for the given attachment/i,
    means: refused('noValue'),
    source: graphDocs(15766),
  },
  { status: 400, text: /Resource not found for the segment/i, means: refused('notOnThisItem'), source: '#kinds' },
  {
    of: ['list', 'post', 'openSession'],
    code: /^(ErrorInvalidRequest|notSupported|ErrorNotSupported\w*)$/i,
    text: /not supported/i,
    means: refused('notOnThisItem'),
    source: graphDocs(72),
  },
  {
    of: ['post', 'reply', 'openSession', ...drafts],
    code: /^(ErrorInvalidProperty\w*|ErrorPropertyValidationFailure|RequestBodyRead|UnableToDeserializePostBody|UnprocessableType|ErrorInvalidArgument|Request_BadRequest|propertyNotUpdateable)$/i,
    means: refused('property'),
    source: dotnet(634),
  },
];
