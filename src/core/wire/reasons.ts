import type { Problem, UploadErrorCode } from '../errors';

/** Why the service refuses: the code that users get, what is wrong, and what to do. `{answer}` is the status and the code. */
interface Words {
  readonly code: UploadErrorCode;
  readonly detail: string;
}

const words = {
  full: {
    code: 'MailboxUnavailable',
    detail: 'The mailbox is full ({answer}). Free space in it or raise its quota, then try again.',
  },
  noNamedProperties: {
    code: 'MailboxUnavailable',
    detail:
      'The mailbox has no named properties left ({answer}), so that the draft cannot be marked. Space is not the problem. Ask the administrator to check the mailbox’s named properties (Get-MailboxStatistics), or use another mailbox.',
  },
  notOnline: {
    code: 'MailboxUnavailable',
    detail:
      'This mailbox is not in Exchange Online ({answer}): it is on-premises, has no licence, is disabled or deleted, or does not exist. Check its address and licence; a new licence takes up to a day to work.',
  },
  tooLarge: {
    code: 'MessageSizeExceeded',
    detail: 'The message would exceed the size that this mailbox allows ({answer}).',
  },
  attachmentTooLarge: {
    code: 'AttachmentTooLarge',
    detail: 'The file is larger than this item takes ({answer}). Share a link to it instead.',
  },
  draftTooLarge: {
    code: 'RequestTooLarge',
    detail: 'The message is larger than the 4 MB that one request may have ({answer}). Shorten `message.body`.',
  },
  otherMailbox: {
    code: 'ItemNotFound',
    detail:
      'The item belongs to another mailbox ({answer}). Begin `item` with the mailbox that holds it: users/{mailbox}/messages/{id}.',
  },
  noId: {
    code: 'ItemNotFound',
    detail:
      'The id in `item` is not a Microsoft Graph id ({answer}). An id from Outlook on the web or EWS must be converted first (translateExchangeIds); an id that was cut short must be copied again.',
  },
  denied: {
    code: 'AccessDenied',
    detail:
      'Microsoft Graph denied access ({answer}). Check that the app has the permission for this item and that the mailbox is in its scope. If the permission was granted within the last two hours, wait: a grant takes up to two hours to work.',
  },
  policy: {
    code: 'AccessDenied',
    detail:
      'A policy of the organisation keeps the app from this mailbox ({answer}). Ask the administrator to check the application access policy and the mailbox’s EWS settings.',
  },
  delegatedOnly: {
    code: 'DelegatedOnly',
    detail:
      'Microsoft gives this item to signed-in people only ({answer}), and the app runs as an application. Name the mailbox as users/{mailbox}, or run the app with a person’s credential and GRAPH_IDENTITY=delegated.',
  },
  sendAs: {
    code: 'AccessDenied',
    detail:
      'The mailbox may not send as the address in `from` ({answer}). Grant it Send As or Send on Behalf, or leave `from` out.',
  },
  dailyLimit: {
    code: 'SendLimitExceeded',
    detail:
      'The mailbox has reached its sending limit ({answer}): 10,000 recipients a day, 30 messages a minute. The draft and its files stay. Send the draft when the limit allows it again, at the latest in 24 hours.',
  },
  suspended: {
    code: 'SendLimitExceeded',
    detail:
      'Microsoft has stopped this mailbox from sending ({answer}). The draft and its files stay. Verify the account or have the administrator unblock the sender, then send the draft.',
  },
  messageBlocked: {
    code: 'AccessDenied',
    detail: 'Microsoft refused to send this message because of its content or a policy ({answer}). Change the message.',
  },
  recipients: {
    code: 'InvalidRequest',
    detail: 'A recipient is missing or not valid ({answer}). Check toRecipients, ccRecipients and bccRecipients.',
  },
  tooManyRecipients: {
    code: 'InvalidRequest',
    detail: 'The message has more recipients than the mailbox may address ({answer}). Use fewer recipients or a group.',
  },
  malware: {
    code: 'AttachmentKindNotSupported',
    detail: 'The service found malware in the file or suspects it ({answer}). Check the file.',
  },
  onlyFiles: {
    code: 'AttachmentKindNotSupported',
    detail:
      'The service takes only files through an upload session ({answer}). Send a smaller item attachment, or the content as a file.',
  },
  notOnThisItem: {
    code: 'AttachmentKindNotSupported',
    detail: 'The service does not take this attachment on this item ({answer}).',
  },
  noValue: {
    code: 'AttachmentKindNotSupported',
    detail: 'This attachment has no content of its own ({answer}): it is a link.',
  },
  inline: {
    code: 'InvalidRequest',
    detail:
      'The service does not take `contentId` or `isInline` for this attachment ({answer}). Use a picture below 3 MB, or leave both out.',
  },
  property: {
    code: 'InvalidRequest',
    detail: 'Microsoft Graph does not accept a property of the request ({answer}). Check the resource or message.',
  },
  message: {
    code: 'InvalidRequest',
    detail: 'Microsoft Graph did not accept the message ({answer}). Check its properties and recipients.',
  },
  refused: {
    code: 'InvalidRequest',
    detail:
      'Microsoft Graph refused the request ({answer}), with a code that this app does not know. To ask again as it is will hardly help.',
  },
} as const satisfies Record<string, Words>;

export type Reason = keyof typeof words;
export const reasons = Object.keys(words) as Reason[];

/** The problem in the user's words. `answer`: status and code, such as `403 ErrorAccessDenied`. */
export function problemOf(reason: Reason, answer: string): Problem {
  const { code, detail } = words[reason];
  return { code, detail: detail.replace('{answer}', answer) };
}
