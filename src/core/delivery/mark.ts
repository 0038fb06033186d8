/**
 * The extended property by which a delivery finds its draft again, in Drafts and in Sent Items; its value is the
 * delivery's id. The GUID is ours and never changes: a draft may be looked for by a later version of the app.
 */
export const markProperty = 'String {8e5f1a6c-4b7d-4c39-9a1e-2d6f0b83c7e4} Name BlobToOutlookDelivery';

type Json = Readonly<Record<string, unknown>>;

/** The JSON of a new draft with its mark beside whatever extended properties the caller gave it. */
export function markedMessage(message: Json, deliveryId: string): string {
  const given = message['singleValueExtendedProperties'];
  const others: readonly unknown[] = Array.isArray(given) ? given : [];
  return JSON.stringify({ ...message, singleValueExtendedProperties: [...others, markOf(deliveryId)] });
}

/** The JSON that marks a message which is there. */
export const markPatch = (deliveryId: string): string =>
  JSON.stringify({ singleValueExtendedProperties: [markOf(deliveryId)] });

/** The JSON of an update that changes nothing that people see, and so tells an event's attendees of what is attached. */
export const notifyPatch = (subject: string, deliveryId: string | undefined): string =>
  JSON.stringify({
    subject,
    ...(deliveryId === undefined ? {} : { singleValueExtendedProperties: [markOf(deliveryId)] }),
  });

const markOf = (value: string): Json => ({ id: markProperty, value });
