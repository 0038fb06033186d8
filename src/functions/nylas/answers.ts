import * as z from 'zod';
import type { Named } from '../api/operation';

/** What the facade answers, in Nylas' shapes (https://developer.nylas.com/docs/api/v3/ecc). */

const answered = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject({ request_id: z.string(), ...shape });
const seconds = z.int().min(0).meta({ description: 'Seconds since 1970.' });
const people = z.array(z.strictObject({ email: z.string(), name: z.string().optional() }));

export const fault: Named = {
  id: 'NylasError',
  schema: answered({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    error: z.strictObject({
      type: z.string(),
      message: z.string(),
      provider_error: z.record(z.string(), z.unknown()).optional().meta({ description: 'What Microsoft said.' }),
    }),
  }),
};

export const session: Named = {
  id: 'NylasAttachmentUpload',
  schema: answered({
    data: z.strictObject({
      attachment_id: z.string(),
      method: z.literal('PUT'),
      url: z.url().meta({ description: 'A secret: takes the bytes by one PUT.' }),
      headers: z.record(z.string(), z.string()),
      expires_at: z.iso.datetime(),
      max_size: z.int(),
      size: z.int(),
      content_type: z.string(),
      filename: z.string(),
      grant_id: z.string(),
    }),
  }),
};
export const completed: Named = {
  id: 'NylasCompletedUpload',
  schema: answered({
    data: z.strictObject({ attachment_id: z.string(), grant_id: z.string(), status: z.literal('ready') }),
  }),
};

const shown = {
  id: z.string().optional(),
  object: z.enum(['message', 'draft']),
  grant_id: z.string(),
  date: seconds.optional(),
  from: people.optional(),
  to: people.optional(),
  cc: people.optional(),
  bcc: people.optional(),
  reply_to: people.optional(),
  subject: z.string().optional(),
  body: z.string().optional(),
  snippet: z.string().optional(),
  starred: z.boolean().optional(),
  unread: z.boolean().optional(),
  attachments: z
    .array(
      z.strictObject({
        id: z.string(),
        grant_id: z.string(),
        filename: z.string(),
        content_type: z.string(),
        size: z.int().nullable(),
        is_inline: z.boolean(),
        content_id: z.string().optional(),
      }),
    )
    .optional(),
};
export const draft: Named = { id: 'NylasDraft', schema: answered({ data: z.strictObject(shown) }) };
export const sent: Named = {
  id: 'NylasSentMessage',
  schema: answered({ grant_id: z.string(), data: z.strictObject({ ...shown, schedule_id: z.string() }) }),
};
const scheduled = { schedule_id: z.string(), send_at: seconds, use_draft: z.boolean() };
export const pending: Named = {
  id: 'NylasPendingMessage',
  schema: answered({ ...scheduled, grant_id: z.string(), data: z.strictObject({ ...shown, ...scheduled }) }),
};
const schedule = {
  schedule_id: z.string(),
  status: z.strictObject({
    code: z.enum(['pending', 'success', 'failed', 'cancelled']),
    description: z.string(),
  }),
  close_time: seconds.optional(),
};
export const scheduleState: Named = {
  id: 'NylasSchedule',
  schema: answered({ ...schedule, grant_id: z.string(), data: z.strictObject(schedule) }),
};
