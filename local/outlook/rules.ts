/** `bug`: no correct client does this. `note`: a correct client may meet it (a repeat after a lost reply, a border that moved). */
export type Level = 'bug' | 'note';
type Row = readonly [status: number, code: string, message: string, level?: Level];

const AUDIENCE =
  "The audience claim value is invalid for current resource. Audience claim is 'https://graph.microsoft.com/', request url is 'https://outlook.office.com'.";
const NOT_FOUND = 'The specified object was not found in the store.';
const INVALID_RANGE = 'The uploaded byte range is invalid.';
const BODY = 'The request body could not be read.';
/** The code with three statuses: which one comes is not established. */
const SEND_LIMIT = [
  'ErrorExceededMessageLimit',
  'Cannot send mail. Follow the instructions in your Inbox to verify your account.',
] as const;

/** Every refusal there is: rule -> what goes on the wire, and whether breaking it is recorded. */
export const RULES = {
  bearerOnUpload: [401, 'InvalidAudienceForResource', AUDIENCE, 'bug'],
  uploadTokenWrong: [401, 'InvalidAuthenticationToken', 'The upload URL is not the one that was handed out.', 'bug'],
  bearerMissing: [401, 'InvalidAuthenticationToken', 'Access token is empty.', 'bug'],
  delegatedOnly: [403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.', 'bug'],
  todoSessionDelegatedOnly: [403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
  itemNotFound: [404, 'ErrorItemNotFound', NOT_FOUND],
  itemNotFoundYet: [404, 'ErrorItemNotFound', NOT_FOUND],
  attachmentNotFound: [404, 'ErrorItemNotFound', NOT_FOUND],
  sessionUnknown: [404, 'ErrorItemNotFound', NOT_FOUND],
  sessionEnded: [404, 'ErrorItemNotFound', NOT_FOUND, 'note'],
  cancelAfterEnd: [404, 'ErrorItemNotFound', NOT_FOUND],
  todoWithoutContent: [404, 'ErrorItemNotFound', NOT_FOUND, 'bug'],
  statusNotThere: [404, 'ErrorItemNotFound', NOT_FOUND],
  statusNotAllowed: [405, 'ErrorMethodNotAllowed', 'The HTTP method is not allowed.'],
  malformedHttp: [
    400,
    'BadRequest',
    'What came is no HTTP request: bytes beyond the Content-Length of a body, for instance.',
    'bug',
  ],
  routeUnknown: [400, 'BadRequest', 'Resource not found for the segment.', 'bug'],
  methodNotAllowed: [405, 'ErrorMethodNotAllowed', 'The HTTP method is not allowed.', 'bug'],
  outlookTasksOnV1: [400, 'BadRequest', "Resource not found for the segment 'tasks'.", 'bug'],
  idNotEncoded: [400, 'ErrorInvalidIdMalformed', 'Id is malformed.', 'bug'],
  notJson: [415, 'UnsupportedMediaType', 'The content type must be application/json.', 'bug'],
  bodyTooLarge: [413, 'BadRequest', 'The maximum request length supported is 4MB.', 'note'],
  emptyPayload: [400, 'BadRequest', 'Empty Payload. JSON content expected.', 'bug'],
  brokenJson: [400, 'UnableToDeserializePostBody', 'were unable to deserialize', 'bug'],
  bodyInvalid: [400, 'UnableToDeserializePostBody', BODY, 'bug'],
  notBase64: [
    400,
    'UnableToDeserializePostBody',
    "Cannot convert the literal to the expected type 'Edm.Binary'.",
    'bug',
  ],
  odataTypeMissing: [
    422,
    'UnprocessableType',
    "Cannot process input of abstract type 'Microsoft.OutlookServices.Attachment'.",
    'bug',
  ],
  referenceOnV1: [
    400,
    'ErrorInvalidProperty',
    "The property 'SourceUrl' is required when creating an attachment.",
    'bug',
  ],
  kindNotSupported: [400, 'ErrorInvalidRequest', 'The item does not support this kind of attachment.', 'bug'],
  attachmentsNotSupported: [400, 'ErrorInvalidRequest', 'Events in group calendars do not support attachments.', 'bug'],
  postTakesReplies: [405, 'ErrorMethodNotAllowed', 'A post takes its attachments with a reply.', 'bug'],
  patchedAttachments: [400, 'ErrorInvalidPropertySet', 'Attachments cannot be set by an update.', 'bug'],
  sessionNotFile: [
    405,
    'ErrorAttachmentSessionIsSupportedOnlyForFileAttachments',
    'Unsupported Attachment type specified. Only file attachments are supported.',
    'bug',
  ],
  sessionTooSmall: [
    400,
    'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
    'Attachment size should not be less than the minimum size.',
    'note',
  ],
  attachmentTooLarge: [
    413,
    'ErrorAttachmentSizeLimitExceeded',
    'The attachment exceeds the maximum supported size.',
    'bug',
  ],
  messageSizeExceeded: [400, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'],
  selectUnknown: [
    400,
    'RequestBroker--ParseUri',
    "Could not find a property on type 'Microsoft.OutlookServices.Attachment'.",
    'bug',
  ],
  filterUnsupported: [400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.', 'bug'],
  queryInvalid: [400, 'ErrorInvalidUrlQuery', 'The query parameter is not valid.', 'bug'],
  inefficientFilter: [
    400,
    'InefficientFilter',
    'The restriction or sort order is too complex for this operation.',
    'bug',
  ],
  searchNotQuoted: [400, 'BadRequest', 'Syntax error: $search wants its text in double quotes.', 'bug'],
  searchUnsupported: [400, 'ErrorInvalidUrlQuery', 'The query parameter $search is not supported here.', 'bug'],
  searchWithOrderBy: [
    400,
    'SearchWithOrderBy',
    "The query parameter '$orderBy' is not supported with '$search'.",
    'bug',
  ],
  searchWithFilter: [400, 'SearchWithFilter', "The query parameter '$filter' is not supported with '$search'.", 'bug'],
  bothOfTwo: [400, 'ErrorInvalidRequest', 'Only one of the two parameters can be given.', 'bug'],
  attachmentsInMessage: [201, 'Ignored', "Attachments in a message's JSON share the 4 MiB of its body.", 'note'],
  filterIgnored: [200, 'Ignored', '$filter on attachments is ignored.', 'note'],
  contentBytesNotSelectedAway: [200, 'Ignored', 'Without $select the base64 of every file comes along.', 'note'],
  valueOfReference: [405, 'ErrorMethodNotAllowed', 'A reference attachment has no raw contents.', 'note'],
  rangeOfValue: [416, 'InvalidRange', 'The requested range is not satisfiable.', 'note'],
  chunkedBody: [411, 'LengthRequired', 'Content-Length is required.', 'bug'],
  contentLengthMissing: [411, 'LengthRequired', 'Content-Length is required.', 'bug'],
  contentTypeWrong: [415, 'UnsupportedMediaType', 'The content type must be application/octet-stream.', 'bug'],
  contentRangeWrong: [400, 'invalidRange', INVALID_RANGE, 'bug'],
  contentLengthWrong: [400, 'invalidRange', INVALID_RANGE, 'bug'],
  totalWrong: [400, 'invalidRange', INVALID_RANGE, 'bug'],
  rangeTooLong: [413, 'invalidRange', 'The range is longer than 4 MB.', 'bug'],
  rangeLongerThanAdvised: [200, 'Ignored', 'The range is longer than 4 MiB.', 'note'],
  rangeGap: [416, 'invalidRange', INVALID_RANGE, 'bug'],
  rangeOverlap: [416, 'invalidRange', INVALID_RANGE, 'bug'],
  rangeRepeated: [416, 'invalidRange', INVALID_RANGE, 'note'],
  noRecipients: [400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.', 'bug'],
  sendWithBody: [400, 'BadRequest', 'send takes no body.', 'bug'],
  sentAgainWhileWaiting: [202, 'Ignored', 'The draft was sent a second time before it left Drafts.', 'bug'],
  alreadySent: [404, 'ErrorItemNotFound', NOT_FOUND, 'bug'],
  sendAsDenied: [
    403,
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
  ],
  sendLimit400: [400, ...SEND_LIMIT],
  sendLimit403: [403, ...SEND_LIMIT],
  sendLimit429: [429, ...SEND_LIMIT],
  changeKeyOld: [
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
    'note',
  ],
  namedPropertiesExhausted: [403, 'ErrorQuotaExceeded', 'Cannot get ID from name.'],
  mailboxNotEnabled: [
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ],
  mailboxNotDiscovered: [404, 'ResourceNotFound', 'Resource could not be discovered.'],
  mailboxInactive: [404, 'MailboxNotSupportedForRESTAPI', 'REST API is not yet supported for this mailbox.'],
  mailboxMoves: [
    503,
    'ErrorMailboxMoveInProgress',
    'Mailbox move in progress. Try again later., Cross Server access is not allowed for mailbox.',
  ],
  mailboxFull403: [403, 'ErrorQuotaExceeded', 'Mailbox has exceeded maximum mailbox size.'],
  mailboxFull403store: [403, 'ErrorQuotaExceeded', 'Cannot save changes made to an item to store.'],
  mailboxFull413: [413, 'ErrorQuotaExceeded', 'Mailbox has exceeded maximum mailbox size.'],
  mailboxFull507: [507, 'QuotaExceededException', 'Target mailbox quota exceeded.'],
  mailboxFull500folder: [
    500,
    'ErrorMessagePerFolderCountReceiveQuotaExceeded',
    'The number of received messages has exceeded the quota for the folder.',
  ],
  idMalformed: [400, 'ErrorInvalidIdMalformed', 'Id is malformed.'],
  itemOfOtherMailbox: [404, 'ErrorInvalidMailboxItemId', "The item doesn't belong to the targeted mailbox."],
  mailboxConcurrency: [429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'],
  incomingBytes: [429, 'ApplicationThrottled', 'Application is over its IncomingBytes limit.'],
  internal: [500, 'InternalServerError', 'The stand-in failed: see its log.', 'bug'],
} as const satisfies Record<string, Row>;

export type Rule = keyof typeof RULES;

export const levelOf = (rule: Rule): Level | undefined => (RULES[rule] as Row)[3];
