import * as z from 'zod';
import { attachmentTitle, halves, withoutHalves } from '../api/schemas';

/** What calls of the facade may hold. What is not known here is ignored: Nylas adds fields as it likes. */

/** A content type: any words, as at Nylas, but on one line of ASCII, because it becomes a header. */
export const printable = z
  .string()
  .min(1, 'It is required.')
  .max(255, 'It must have at most 255 characters.')
  .regex(/^[\x20-\x7e]*$/, 'It must be one line of ASCII.');

export const sessionBody = (maxBytes: number) =>
  z.looseObject({
    filename: attachmentTitle.meta({ description: 'The name of the file as the message shows it.' }),
    content_type: printable,
    size: z
      .int('It must be a whole number of bytes.')
      .positive('It must be greater than 0.')
      .max(maxBytes, `file_size exceeds maximum allowed size of ${maxBytes} bytes`)
      .optional(),
  });

const person = z.looseObject({
  email: z
    .string()
    .regex(/^\S+@\S+$/, 'It must be an e-mail address.')
    .max(320, 'It must have at most 320 characters.'),
  name: z.string().max(1000, 'It must have at most 1000 characters.').nullish(),
});
const people = z.array(person).max(500, 'It must have at most 500 entries.').nullish();

const attachment = z.looseObject({
  id: z.string().min(1).nullish().meta({ description: 'The attachment_id of a completed upload session.' }),
  content: z.string().nullish().meta({ description: 'The bytes of a small file, in base64.' }),
  filename: attachmentTitle.or(z.literal('')).nullish(),
  content_type: printable.or(z.literal('')).nullish(),
  content_id: z
    .string()
    .max(255, 'It must have at most 255 characters.')
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'It must not hold control characters.')
    .regex(withoutHalves, halves)
    .nullish(),
});

/** Nylas adds fields as it likes, and clients send what they were given: what is not known here is ignored. */
export const messageBody = z.looseObject({
  to: people,
  cc: people,
  bcc: people,
  reply_to: people,
  from: people,
  subject: z.string().max(255, 'Outlook takes at most 255 characters.').nullish(),
  body: z.string().nullish(),
  is_plaintext: z.boolean().nullish(),
  starred: z.boolean().nullish(),
  custom_headers: z
    .array(
      z.looseObject({
        name: z.string().regex(/^x-[!-9;-~]{1,250}$/i, 'Microsoft takes only headers whose names begin with x-.'),
        value: z.string().regex(/^[^\r\n]{0,995}$/, 'It must be one line of at most 995 characters.'),
      }),
    )
    .max(5, 'Microsoft takes at most 5 headers.')
    .nullish(),
  attachments: z.array(attachment).max(100, 'A message takes at most 100 files here.').nullish(),
  send_at: z.unknown().optional(),
  use_draft: z.unknown().optional(),
  reply_to_message_id: z.unknown().optional(),
  tracking_options: z.unknown().optional(),
});
