import * as z from 'zod';
import { attachableItem } from '../../core/upload/graphResource';
import { maxFiles } from '../../core/delivery/request';
import { parseMailbox } from '../../core/items/mailbox';
import { pathInGraphUrl } from '../../core/items/graphUrl';
import { parseItemPath } from '../../core/items/path';
import { mediaTypePattern } from '../../core/upload/mediaType';
import { parseBlobReference } from './blobReference';

/**
 * What requests may hold. The same schemas check them and describe them (OpenAPI), so every field says what it is.
 * Unknown fields are refused; what several fields are together is checked in createUpload's request.
 */

/** Nor what is no character. */
const withoutControls = /^[^\u0000-\u001f\u007f\ufffe\uffff]*$/;
const controls = 'It must not hold control characters.';
/** Of surrogate pairs: UTF-8 has none, so what comes back would be another text. */
export const withoutHalves = /^\P{Cs}*$/u;
export const halves = 'It must not hold half of a character (a lone surrogate, such as \\ud83d).';

/** A text of one line; `most` characters. */
const line = (least: number, most: number) =>
  z
    .string()
    .min(least, least === 1 ? 'It must not be empty.' : `It must have at least ${least} characters.`)
    .max(most, `It must have at most ${most} characters.`)
    .regex(withoutControls, controls)
    .regex(withoutHalves, halves);

/** The name of an attachment, as mail programs show and save it: whatever is no way out of a folder. */
export const attachmentTitle = line(1, 255).refine(
  (name) => !name.split(/[/\\]/).some((part) => part === '.' || part === '..'),
  'It must not hold the path segments . and ..',
);

/** In ASCII, as HTTP has it. */
export const mediaType = z
  .string()
  .max(255, 'It must have at most 255 characters.')
  .regex(mediaTypePattern, 'It must be a media type in ASCII, such as application/pdf.');

/** The name of a file that is to become a blob: no path, and nothing that XML, in which blobs are listed, cannot hold. */
export const fileName = z
  .string()
  .min(1, 'It must not be empty.')
  .max(255, 'It must have at most 255 characters.')
  .regex(/^[^/\\]*$/, 'It must not hold slashes or backslashes.')
  .regex(withoutControls, controls)
  .regex(withoutHalves, halves)
  .refine((name) => !/^\.+$/.test(name), 'It must not be made of dots only.');

export const item = z
  .string()
  .transform((given, context) => {
    const text = pathInGraphUrl(given);
    const parsed = parseItemPath(text);
    if (parsed.ok) return { text, item: parsed.item };
    context.addIssue({ code: 'custom', message: parsed.detail, params: { code: 'InvalidItem' } });
    return z.NEVER;
  })
  .meta({
    description:
      'The item’s Graph path without version and leading slash, at most 2,048 characters. A whole Graph URL is taken, too.',
    examples: ['users/megan@contoso.com/messages/AAMk…='],
  });

const blob = (blobEndpoint: string) =>
  z
    .string()
    .max(4096, 'It must have at most 4096 characters.')
    .transform((text, context) => {
      const parsed = parseBlobReference(text, blobEndpoint);
      if (parsed.ok) return parsed.blob;
      context.addIssue({ code: 'custom', message: parsed.detail });
      return z.NEVER;
    })
    .meta({
      description: 'container/name, taken literally, or the full URL of a blob in the configured account.',
      examples: ['uploads/reports/q3.pdf'],
    });

/** What both kinds without a file have; the rest is Graph's own and passed on. */
const resourceName = attachmentTitle.optional().meta({ description: 'Required here, or beside the resource.' });
const resource = z
  .discriminatedUnion(
    '@odata.type',
    [
      z.looseObject({
        '@odata.type': z.literal('#microsoft.graph.itemAttachment'),
        name: resourceName,
        item: z.looseObject({
          '@odata.type': z
            .string()
            .regex(attachableItem, 'It must be #microsoft.graph.event, #microsoft.graph.message or …contact.'),
        }),
      }),
      z.looseObject({
        '@odata.type': z.literal('#microsoft.graph.referenceAttachment'),
        name: resourceName,
        sourceUrl: line(1, 4096),
      }),
    ],
    'It must be #microsoft.graph.itemAttachment or #microsoft.graph.referenceAttachment.',
  )
  .meta({ description: 'Instead of blob: the Graph resource of an attachment that has no file.' });

const callbackUrl = line(1, 2048)
  .refine(
    (text) => /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/?#])./i.test(text) && URL.canParse(text),
    'It must be an https URL.',
  )
  .meta({
    description: 'Where the end is told: an https URL of a host of ALLOWED_CALLBACK_HOSTS. Its query is never shown.',
    examples: ['https://example.org/hooks/outlook'],
  });

/** What a delivery's attachments and an upload have in common. */
export const attachmentFields = (blobEndpoint: string) => ({
  blob: blob(blobEndpoint).optional(),
  resource: resource.optional(),
  name: attachmentTitle
    .optional()
    .meta({ description: 'Default: the blob’s last segment, or the resource’s own name.' }),
  contentType: mediaType.optional().meta({ description: 'Default: the blob’s.' }),
  isInline: z.boolean().default(false),
  contentId: line(1, 255).optional().meta({ description: 'What cid: links in the body name.' }),
  ifMatch: line(1, 256).optional().meta({ description: 'The ETag that the blob must have.' }),
});

const reference = z
  .string()
  .max(256, 'It must have at most 256 characters.')
  .regex(withoutHalves, halves)
  .meta({ description: 'The caller’s own words.' });

/** The body of POST /api/uploads. */
export const uploadBody = (blobEndpoint: string) =>
  z.strictObject({
    ...attachmentFields(blobEndpoint),
    item,
    reference: reference.optional(),
    duplicate: z.enum(['reuse', 'allow']).default('reuse'),
    callbackUrl: callbackUrl.optional(),
  });

/** The query of POST /api/uploads. A mistyped `dryRun` must not attach anything: others are refused apart (query.ts). */
export const uploadQuery = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'Check everything that can be checked, and do nothing.' }),
});

/** The body of POST /api/uploads/{id}/retry; none is fine. */
export const retryBody = z.strictObject({
  evenIfAttached: z
    .boolean()
    .default(false)
    .meta({ description: 'Required after OutcomeUnknown: the file may be there already. Look at the item first.' }),
});

const mailbox = z
  .string()
  .max(1024, 'It must have at most 1024 characters.')
  .transform((text, context) => {
    const parsed = parseMailbox(text);
    if (parsed) return parsed;
    context.addIssue({ code: 'custom', message: 'It must be "me" or users/{id or user principal name}.' });
    return z.NEVER;
  })
  .meta({ description: 'Where a new draft is made.', examples: ['users/megan@contoso.com'] });

const comment = z
  .string()
  .max(1_000_000, 'It must have at most 1,000,000 characters.')
  .regex(/^\P{Cs}*$/u);
const reply = z
  .strictObject({ to: item, all: z.boolean().default(false), comment: comment.optional() })
  .meta({ description: 'Instead of message: the draft answers this message.' });
const recipient = z.strictObject({
  emailAddress: z.strictObject({ address: line(3, 320), name: line(0, 255).optional() }),
});
const forward = z
  .strictObject({
    of: item,
    to: z
      .array(recipient)
      .min(1, 'It must name at least one recipient.')
      .max(500, 'It must name at most 500 recipients.'),
    comment: comment.optional(),
  })
  .meta({ description: 'Instead of message: the draft passes this message on.' });

/** The body of POST /api/deliveries. */
export const deliveryBody = (blobEndpoint: string) =>
  z.strictObject({
    item: item.optional(),
    mailbox: mailbox.optional(),
    message: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'The new draft as Graph takes it, without attachments.' }),
    reply: reply.optional(),
    forward: forward.optional(),
    attachments: z
      .array(z.strictObject(attachmentFields(blobEndpoint)))
      .min(1, 'It must name at least one file.')
      .max(maxFiles, `It must name at most ${maxFiles} files.`),
    send: z
      .boolean()
      .default(false)
      .meta({ description: 'Send the message once all files are attached and verified.' }),
    notifyAttendees: z
      .boolean()
      .default(false)
      .meta({ description: 'On an event: updates it once, so that its attendees get the files.' }),
    verify: z
      .enum(['preferred', 'required'])
      .default('preferred')
      .meta({ description: 'Whether a file counts whose bytes could not be read back, but which was acknowledged.' }),
    onFailure: z
      .enum(['remove', 'keep'])
      .default('remove')
      .meta({ description: 'What becomes of the files that were attached before one of them failed.' }),
    reference: reference.optional(),
    callbackUrl: callbackUrl.optional(),
  });

export const idempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,256}$/, 'It must have 1 to 256 printable ASCII characters.')
  .optional();

/** The query of a list. Parameters that it does not know are refused apart (query.ts). */
export const listQuery = z.object({
  status: z.enum(['queued', 'running', 'waiting', 'cancelling', 'succeeded', 'failed', 'cancelled']).optional(),
  item: item.optional(),
  reference: z.string().max(256, 'It must have at most 256 characters.').optional(),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'It must be a whole number from 1 to 100.')
    .default('20')
    .transform(Number),
  cursor: z.string().max(100, 'It must be a cursor of a nextLink.').optional(),
});

/** The query of GET /api/items. */
export const itemsQuery = z.object({
  mailbox: mailbox.meta({ description: 'Whose items: me, or users/{id or user principal name}.' }),
  kind: z.enum(['draft', 'event']).default('draft'),
  search: line(0, 256).default('').meta({ description: 'What the subject, or somebody’s name or address, holds.' }),
  limit: z
    .string()
    .regex(/^([1-9]|[1-4]\d|50)$/, 'It must be a whole number from 1 to 50.')
    .default('20')
    .transform(Number),
});

/** The body of POST /api/files. `size` is what the client means to put: too much is refused before it is sent. */
export const fileBody = z.strictObject({
  name: fileName.meta({ description: 'The file’s name: the last segment of the blob’s.', examples: ['q3.pdf'] }),
  contentType: mediaType.optional().meta({ description: 'What the client will send as x-ms-blob-content-type.' }),
  size: z
    .int('It must be a whole number of bytes.')
    .min(0, 'It must not be negative.')
    .optional()
    .meta({ description: 'Bytes that the client will put.' }),
});
