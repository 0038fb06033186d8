/** Properties that `$select` may name: of messages https://learn.microsoft.com/graph/api/resources/message, of events …/event. */
import type { StoredKind } from './records';
import { Refusal } from './wireErrors';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const OUTLOOK =
  'id categories changeKey createdDateTime lastModifiedDateTime body bodyPreview hasAttachments importance subject webLink attachments';
const KNOWN: Partial<Record<StoredKind, ReadonlySet<string>>> = {
  message:
    words(`${OUTLOOK} bccRecipients ccRecipients conversationId conversationIndex flag from inferenceClassification
    internetMessageHeaders internetMessageId isDeliveryReceiptRequested isDraft isRead isReadReceiptRequested parentFolderId
    receivedDateTime replyTo sender sentDateTime toRecipients uniqueBody`),
  event: words(`${OUTLOOK} allowNewTimeProposals attendees end hideAttendees iCalUId isAllDay isCancelled isDraft
    isOnlineMeeting isOrganizer isReminderOn location locations onlineMeeting onlineMeetingProvider onlineMeetingUrl organizer
    originalEndTimeZone originalStart originalStartTimeZone recurrence reminderMinutesBeforeStart responseRequested
    responseStatus sensitivity seriesMasterId showAs start transactionId type uid`),
};

export function checkSelect(kind: StoredKind, names: readonly string[] | undefined): void {
  const known = KNOWN[kind];
  const unknown = names?.find((name) => known !== undefined && !known.has(name));
  if (unknown === undefined) return;
  const text = `Could not find a property named '${unknown}' on type 'Microsoft.OutlookServices.${kind}'.`;
  throw new Refusal('selectUnknown', unknown, {}, text);
}
