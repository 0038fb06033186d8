/** A message as Nylas writes it, checked: what the facade takes of it (functions/nylas/messageBody.ts reads it). */
export interface NylasMessage {
  readonly to: readonly EmailName[];
  readonly cc: readonly EmailName[];
  readonly bcc: readonly EmailName[];
  readonly replyTo: readonly EmailName[];
  readonly from: readonly EmailName[];
  readonly subject: string;
  readonly body: string; // HTML unless isPlaintext
  readonly isPlaintext: boolean;
  readonly starred: boolean;
  readonly customHeaders: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly NylasAttachment[];
}
export interface EmailName {
  readonly email: string;
  readonly name?: string;
}
/** An uploaded file by its id, or a small one with its bytes. */
export type NylasAttachment =
  | { readonly kind: 'uploaded'; readonly id: string; readonly contentId?: string }
  | {
      readonly kind: 'content';
      readonly filename: string;
      readonly contentType: string;
      readonly base64: string;
      readonly contentId?: string;
    };

interface GraphRecipient {
  readonly emailAddress: { readonly address: string; readonly name?: string };
}
interface GraphMessage {
  readonly subject: string;
  readonly body: { readonly contentType: 'text' | 'html'; readonly content: string };
  readonly toRecipients?: readonly GraphRecipient[];
  readonly ccRecipients?: readonly GraphRecipient[];
  readonly bccRecipients?: readonly GraphRecipient[];
  readonly replyTo?: readonly GraphRecipient[];
  readonly from?: GraphRecipient;
  readonly flag?: { readonly flagStatus: 'flagged' };
  readonly internetMessageHeaders?: NylasMessage['customHeaders'];
}

/** The Graph message, without attachments. What is empty is left out: Graph has its own defaults. */
export function graphMessage(message: NylasMessage): Record<string, unknown> {
  const { from, isPlaintext, starred, customHeaders } = message;
  const made: GraphMessage = {
    subject: message.subject,
    body: { contentType: isPlaintext ? 'text' : 'html', content: message.body },
    ...recipients('toRecipients', message.to),
    ...recipients('ccRecipients', message.cc),
    ...recipients('bccRecipients', message.bcc),
    ...recipients('replyTo', message.replyTo),
    ...(from[0] ? { from: recipient(from[0]) } : {}),
    ...(starred ? { flag: { flagStatus: 'flagged' } } : {}),
    ...(customHeaders.length > 0 ? { internetMessageHeaders: customHeaders } : {}),
  };
  return { ...made };
}

const recipients = <Name extends string>(name: Name, people: readonly EmailName[]) =>
  (people.length === 0 ? {} : { [name]: people.map(recipient) }) as { [K in Name]?: GraphRecipient[] };

const recipient = ({ email, name }: EmailName): GraphRecipient => ({
  emailAddress: { address: email, ...(name === undefined ? {} : { name }) },
});

/** Inline only where the body shows it (Nylas' changelog of 2026-04-22): it has a content id, and the body its `cid:`. */
export const isShownIn = ({ body, isPlaintext }: NylasMessage, contentId: string | undefined): boolean =>
  contentId !== undefined && !isPlaintext && [contentId, encodeURIComponent(contentId)].some((id) => holds(body, id));

/** `cid:pic1` must not be found in `cid:pic10`. */
function holds(body: string, contentId: string): boolean {
  const wanted = `cid:${contentId}`;
  for (let at = body.indexOf(wanted); at >= 0; at = body.indexOf(wanted, at + 1)) {
    const next = body.charAt(at + wanted.length);
    if (next === '' || /["'\s)>&;]/.test(next)) return true;
  }
  return false;
}

/** One attachment of an answer. */
export interface ShownAttachment {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number | null;
  readonly isInline: boolean;
  readonly contentId?: string;
}

/** A Nylas message or draft as an answer shows it: what was asked for, with what is known of it by now. */
export function messageResource(
  object: 'message' | 'draft',
  message: NylasMessage,
  known: { id: string; grant: string; at: number; attachments: readonly ShownAttachment[] },
): Record<string, unknown> {
  const people = { from: message.from, to: message.to, cc: message.cc, bcc: message.bcc, reply_to: message.replyTo };
  return {
    id: known.id,
    object,
    grant_id: known.grant,
    date: Math.floor(known.at / 1000),
    ...people,
    subject: message.subject,
    body: message.body,
    snippet: snippetOf(message),
    starred: message.starred,
    unread: false,
    attachments: known.attachments.map((each) => attachmentResource(each, known.grant)),
  };
}

const attachmentResource = (shown: ShownAttachment, grant: string): Record<string, unknown> => ({
  id: shown.id,
  grant_id: grant,
  filename: shown.filename,
  content_type: shown.contentType,
  size: shown.sizeBytes,
  is_inline: shown.isInline,
  ...(shown.contentId === undefined ? {} : { content_id: shown.contentId }),
});

const snippetOf = ({ body, isPlaintext }: NylasMessage): string =>
  (isPlaintext ? body : body.slice(0, 20_000).replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim().slice(0, 100);

/** The way back of `graphMessage`, from the JSON that it made: what a draft was made of, without its attachments. */
export function messageOfGraph(graph: Readonly<Record<string, unknown>>): NylasMessage {
  const made = graph as Partial<GraphMessage>;
  return {
    to: peopleOf(made.toRecipients),
    cc: peopleOf(made.ccRecipients),
    bcc: peopleOf(made.bccRecipients),
    replyTo: peopleOf(made.replyTo),
    from: peopleOf(made.from && [made.from]),
    subject: made.subject ?? '',
    body: made.body?.content ?? '',
    isPlaintext: made.body?.contentType === 'text',
    starred: made.flag !== undefined,
    customHeaders: made.internetMessageHeaders ?? [],
    attachments: [],
  };
}

const peopleOf = (list: readonly GraphRecipient[] = []): EmailName[] =>
  list.map(({ emailAddress: { address, name } }) => ({ email: address, ...(name === undefined ? {} : { name }) }));
