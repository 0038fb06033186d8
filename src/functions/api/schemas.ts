import { z } from 'zod';
import { attachableItem } from '../../core/upload/graphResource';
import { maxFiles } from '../../core/delivery/request';
import { parseMailbox } from '../../core/items/mailbox';
import { parseItemPath } from '../../core/items/path';
import { parseBlobReference } from './blobReference';

/**
 * What requests may hold. The same schemas check them and describe them (OpenAPI), so every field says what it is.
 * Unknown fields are refused; what several fields are together is checked in createUpload's request.
 */

/** Nor halves of surrogate pairs: UTF-8 has none, so what comes back would be another text. */
const withoutControls = /^[^\u0000-\u001f\u007f\p{Cs}]*$/u;

/** A text of one line; `most` characters. */
const line = (least: number, most: number) =>
  z
    .string()
    .min(least, least === 1 ? 'It must not be empty.' : `It must have at least ${least} characters.`)
    .max(most, `It must have at most ${most} characters.`)
    .regex(withoutControls, 'It must not hold control characters.');

export const item = z
  .string()
  .max(2048, 'It must have at most 2048 characters.')
  .transform((text, context) => {
    const parsed = parseItemPath(text);
    if (parsed.ok) return { text, item: parsed.item };
    context.addIssue({ code: 'custom', message: parsed.detail, params: { code: 'InvalidItem' } });
    return z.NEVER;
  })
  .meta({
    description: 'The item’s Graph path without version and leading slash.',
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
const resourceName = line(1, 255).optional().meta({ description: 'Required here, or beside the resource.' });
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
  .refine((text) => URL.canParse(text) && new URL(text).protocol === 'https:', 'It must be an https URL.')
  .meta({ description: 'Where the end is told.' });

/** What a delivery's attachments and an upload have in common. */
export const attachmentFields = (blobEndpoint: string) => ({
  blob: blob(blobEndpoint).optional(),
  resource: resource.optional(),
  name: line(1, 255).optional().meta({ description: 'Default: the blob’s last segment, or the resource’s own name.' }),
  contentType: line(1, 255)
    .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *;.*)?$/, 'It must be a media type, such as application/pdf.')
    .optional()
    .meta({ description: 'Default: the blob’s.' }),
  isInline: z.boolean().default(false),
  contentId: line(1, 255).optional().meta({ description: 'What cid: links in the body name.' }),
  ifMatch: line(1, 256).optional().meta({ description: 'The ETag that the blob must have.' }),
});

const reference = z
  .string()
  .max(256, 'It must have at most 256 characters.')
  .regex(/^\P{Cs}*$/u, 'It must not hold halves of characters.')
  .meta({ description: 'The caller’s own words.' });

/** The body of POST /api/uploads. */
export const uploadBody = (blobEndpoint: string) =>
  z
    .strictObject({
      ...attachmentFields(blobEndpoint),
      item,
      reference: reference.optional(),
      duplicate: z.enum(['reuse', 'allow']).default('reuse'),
      callbackUrl: callbackUrl.optional(),
    })
    .meta({ id: 'NewUpload' });

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

/** The body of POST /api/deliveries. */
export const deliveryBody = (blobEndpoint: string) =>
  z
    .strictObject({
      item: item.optional(),
      mailbox: mailbox.optional(),
      message: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: 'The new draft as Graph takes it, without attachments.' }),
      attachments: z
        .array(z.strictObject(attachmentFields(blobEndpoint)))
        .min(1, 'It must name at least one file.')
        .max(maxFiles, `It must name at most ${maxFiles} files.`),
      send: z.boolean().default(false),
      onFailure: z.enum(['remove', 'keep']).default('remove'),
      reference: reference.optional(),
      callbackUrl: callbackUrl.optional(),
    })
    .meta({ id: 'NewDelivery' });

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
