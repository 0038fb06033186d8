import type * as z from 'zod';
import { faultOf, NylasError } from '../../core/nylas/error';
import type { EmailName, NylasAttachment, NylasMessage } from '../../core/nylas/message';
import { inOneMessage, parsedAs } from './nylasBody';
import { messageBody } from './schemas';

type Body = z.infer<typeof messageBody>;

/** A message or draft as it came, or all that is wrong with it as 400. */
export function parseMessage(json: unknown, use: 'send' | 'draft'): NylasMessage {
  const body = parsedAs(messageBody, json ?? {}, 'mail');
  const faults = [...unsupported(body), ...recipientFaults(body, use), ...attachmentFaults(body)];
  if (faults.length > 0) throw new NylasError(faultOf(400, 'mail', inOneMessage(faults)));
  return {
    to: peopleOf(body.to),
    cc: peopleOf(body.cc),
    bcc: peopleOf(body.bcc),
    replyTo: peopleOf(body.reply_to),
    from: peopleOf(body.from),
    subject: body.subject ?? '',
    body: body.body ?? '',
    isPlaintext: body.is_plaintext ?? false,
    starred: body.starred ?? false,
    customHeaders: (body.custom_headers ?? []).map(({ name, value }) => ({ name, value })),
    attachments: (body.attachments ?? []).map(attachmentOf),
  };
}

/** What changes what is sent, or when, must not be ignored in silence. */
function unsupported({ send_at, use_draft, reply_to_message_id, tracking_options }: Body): string[] {
  const asked = (value: unknown): boolean => value !== undefined && value !== null && value !== false && value !== '';
  const tracks = typeof tracking_options === 'object' && Object.values(tracking_options ?? {}).includes(true);
  return [
    ...(asked(send_at) ? ['send_at: Sending later is not supported here: leave it out and send when it is time.'] : []),
    ...(asked(use_draft) ? ['use_draft: It belongs to send_at, which is not supported here.'] : []),
    ...(asked(reply_to_message_id) ? ['reply_to_message_id: Replies are not supported here.'] : []),
    ...(tracks ? ['tracking_options: Tracking is not supported here.'] : []),
  ];
}

function recipientFaults({ to, cc, bcc, from }: Body, use: 'send' | 'draft'): string[] {
  const none = [to, cc, bcc].every((list) => (list ?? []).length === 0);
  return [
    ...(use === 'send' && none ? ['to: It is required: somebody must get the message.'] : []),
    ...((from ?? []).length > 1 ? ['from: A message has one sender.'] : []),
  ];
}

const attachmentFaults = ({ attachments }: Body): string[] =>
  (attachments ?? []).flatMap(({ id, content, filename, content_type }, at) => {
    const fault = (field: string, detail: string): string => `attachments[${at}].${field}: ${detail}`;
    if (content === undefined || content === null || content === '') {
      if (typeof id === 'string') return [];
      return content === ''
        ? [fault('content', 'It is empty: Outlook takes no file without content.')]
        : [fault('id', 'Give the attachment_id of an upload session, or content with filename and content_type.')];
    }
    return [
      ...(isBase64(content) ? [] : [fault('content', 'It must be base64.')]),
      ...(filename ? [] : [fault('filename', 'It is required with content.')]),
      ...(content_type ? [] : [fault('content_type', 'It is required with content.')]),
    ];
  });

const isBase64 = (text: string): boolean => {
  const bare = text.replace(/[\r\n]/g, '').replace(/={0,2}$/, '');
  return /^[A-Za-z0-9+/_-]+$/.test(bare) && bare.length % 4 !== 1;
};

function attachmentOf({
  id,
  content,
  filename,
  content_type,
  content_id,
}: NonNullable<Body['attachments']>[number]): NylasAttachment {
  const named = content_id ? { contentId: content_id } : {};
  if (!content) return { kind: 'uploaded', id: id ?? '', ...named };
  return { kind: 'content', filename: filename ?? '', contentType: content_type ?? '', base64: content, ...named };
}

const peopleOf = (list: Body['to']): EmailName[] =>
  (list ?? []).map(({ email, name }) => (name ? { email, name } : { email }));
