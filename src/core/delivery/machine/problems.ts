import type { Problem, UploadErrorCode } from '../../errors';

/** Every reason for which a delivery fails, in the words of the user. The service's own are in core/wire. */
const problem = (code: UploadErrorCode, detail: string): Problem => ({ code, detail });

export const problems = {
  deadline: (waitedFor: string | undefined) =>
    problem(
      'DeadlineExceeded',
      `The delivery did not end within its deadline (DEADLINE_HOURS).${waitedFor === undefined ? '' : ` It was last waiting for: ${waitedFor}.`} Nothing was sent. Ask again when the cause is gone.`,
    ),
  notADraft: problem(
    'NotADraft',
    'The message is no draft: it was sent or received. Nothing was attached. Name a draft, or leave send out.',
  ),
  sentByOthers: problem(
    'NotADraft',
    'Somebody sent the message while the delivery was at work, so the delivery did not send it. Files that were attached after that went to nobody. Look at the message in Sent Items, and send what is missing in a new one.',
  ),
  noRecipients: problem(
    'InvalidRequest',
    'The draft has no recipients, so it cannot be sent. Nothing was attached. Add toRecipients, ccRecipients or bccRecipients.',
  ),
  notOrganizer: problem(
    'InvalidRequest',
    'Only the organizer of an event can notify its attendees. Nothing was attached. Name the event in the organizer’s calendar.',
  ),
  tooLarge: (bytes: number, limit: number) =>
    problem(
      'MessageSizeExceeded',
      `The message would have ${bytes} bytes, its files counted as base64: more than the ${limit} that any message may have. Nothing was attached. Send the files in several messages.`,
    ),
  itemNotFound: problem(
    'ItemNotFound',
    'The service does not know this item. Check its id; ids change when an item moves, also from Drafts to Sent Items.',
  ),
  noMailbox: problem(
    'ItemNotFound',
    'The service found nothing to make the draft in or from. Check the mailbox, and the message that is answered or forwarded.',
  ),
  noDraft: (tries: number) =>
    problem(
      'ServiceUnavailable',
      `The draft was asked for ${tries} times without a clear answer, and no draft was found. Ask again later.`,
    ),
  bare: problem(
    'ServiceUnavailable',
    'Microsoft Graph answered 400 again and again and gave no code that says why. Nothing was sent. Ask again later; if it stays so, report serviceRequestId to Microsoft.',
  ),
  draftUnknown: problem(
    'OutcomeUnknown',
    'It is unknown whether a draft was made: the answer was lost, and the mailbox could not be searched. Nothing was sent. Look at Drafts before you ask again.',
  ),
  notAttached: ({ name, id, because }: { name: string; id: string; because: Problem }): Problem => ({
    ...because,
    detail: `The file ${name} (upload ${id}) was not attached. ${because.detail}`,
  }),
  noReason: problem('Internal', 'Its record holds no reason. See the log of the app.'),
  notVerified: (name: string, id: string, proof: 'receipts' | 'none') =>
    problem(
      'VerificationFailed',
      `The file ${name} (upload ${id}) was attached, but could not be read back and compared. ${
        proof === 'receipts'
          ? 'Ask with "verify": "preferred" if the service’s own acknowledgement is enough.'
          : 'Nothing else proves that it is whole. Ask again later.'
      }`,
    ),
  filesMissing: (names: readonly string[]) =>
    problem(
      'VerificationFailed',
      `Nothing was sent: ${names.length === 1 ? 'a file' : `${names.length} files`} of the delivery (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}) had been attached, and the item does not list ${names.length === 1 ? 'it' : 'them'} any more with the whole size. Somebody may have removed it. Ask again.`,
    ),
  sendUnknown: problem(
    'OutcomeUnknown',
    'It is unknown whether the message was sent: the answer was lost, and neither Drafts nor Sent Items made it clear. Nothing was taken back. Look at Sent Items before you send it again.',
  ),
  notifyUnknown: problem(
    'OutcomeUnknown',
    'It is unknown whether the attendees were notified: the answer was lost, and the event did not make it clear. The files are attached. Look at the event before you update it again.',
  ),
  fault: problem(
    'Internal',
    'A step of this delivery failed again and again by a fault of the app. See its log, then ask again.',
  ),
  cancelledInPart: problem(
    'ServiceUnavailable',
    'It was cancelled and nothing was sent, but not all that it had attached could be removed: see leftBehind.',
  ),
} as const;
