import { newRequestId } from './ids';
import type { Reply } from './reply';

/** `bug`: no correct client does this. `note`: a correct client may meet it (a repeat after a lost reply, a border that moved). */
export type Level = 'bug' | 'note';
type Row = readonly [status: number, code: string, message: string, level?: Level];

const AUDIENCE =
  "The audience claim value is invalid for current resource. Audience claim is 'https://graph.microsoft.com/', request url is 'https://outlook.office.com'.";
const NOT_FOUND = 'The specified object was not found in the store.';
const INVALID_RANGE = 'The uploaded byte range is invalid.';
const BODY = 'The request body could not be read.';

/** Every refusal there is: rule -> what goes on the wire, and whether breaking it is recorded. Sources: facts, sections 3 and 6. */
export const wireErrors = {
  bearerOnUpload: [401, 'InvalidAudienceForResource', AUDIENCE, 'bug'],
  uploadTokenWrong: [401, 'InvalidAuthenticationToken', 'The upload URL is not the one that was handed out.', 'bug'],
  bearerMissing: [401, 'InvalidAuthenticationToken', 'Access token is empty.', 'bug'],
  delegatedOnly: [403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.', 'bug'],
  itemNotFound: [404, 'ErrorItemNotFound', NOT_FOUND],
  itemNotFoundYet: [404, 'ErrorItemNotFound', NOT_FOUND],
  attachmentNotFound: [404, 'ErrorItemNotFound', NOT_FOUND],
  sessionUnknown: [404, 'ErrorItemNotFound', NOT_FOUND],
  sessionEnded: [404, 'ErrorItemNotFound', NOT_FOUND, 'note'],
  todoWithoutContent: [404, 'ErrorItemNotFound', NOT_FOUND, 'bug'],
  statusNotThere: [404, 'ErrorItemNotFound', NOT_FOUND],
  statusNotAllowed: [405, 'ErrorMethodNotAllowed', 'The HTTP method is not allowed.'],
  routeUnknown: [400, 'BadRequest', 'Resource not found for the segment.', 'bug'],
  methodNotAllowed: [405, 'ErrorMethodNotAllowed', 'The HTTP method is not allowed.', 'bug'],
  outlookTasksOnV1: [400, 'BadRequest', "Resource not found for the segment 'tasks'.", 'bug'],
  idNotEncoded: [400, 'ErrorInvalidIdMalformed', 'Id is malformed.', 'bug'],
  notJson: [415, 'UnsupportedMediaType', 'The content type must be application/json.', 'bug'],
  bodyTooLarge: [413, 'BadRequest', 'The maximum request length supported is 4MB.', 'note'],
  emptyPayload: [400, 'BadRequest', 'Empty Payload. JSON content expected.', 'bug'],
  brokenJson: [400, 'UnableToDeserializePostBody', 'were unable to deserialize', 'bug'],
  bodyInvalid: [400, 'UnableToDeserializePostBody', BODY, 'bug'],
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
  alreadySent: [400, 'ErrorInvalidOperation', 'The message was sent already.', 'bug'],
  mailboxConcurrency: [429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'],
  incomingBytes: [429, 'ApplicationThrottled', 'Application is over its IncomingBytes limit.'],
  internal: [500, 'InternalServerError', 'The stand-in failed: see its log.', 'bug'],
} as const satisfies Record<string, Row>;

export type Rule = keyof typeof wireErrors;

export const levelOf = (rule: Rule): Level | undefined => (wireErrors[rule] as Row)[3];

/** A request refused: thrown where the rule is known, put on the wire in one place. `detail` is for the record and holds no secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly rule: Rule,
    readonly detail = '',
    readonly headers: Record<string, string> = {},
  ) {
    super(`${rule}: ${detail}`);
  }
}

/** Graph's error envelope (facts, section 3). */
export function errorBody(code: string, message: string | null, now: number): object {
  const id = newRequestId();
  const date = new Date(now).toISOString().slice(0, 19);
  return { error: { code, message, innerError: { date, 'request-id': id, 'client-request-id': id } } };
}

export function errorReply(refusal: Refusal, now: number): Reply {
  const [status, code, message] = wireErrors[refusal.rule];
  return { status, headers: refusal.headers, json: errorBody(code, message, now) };
}
