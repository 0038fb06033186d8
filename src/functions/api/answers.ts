import * as z from 'zod';
import { UploadErrorCode, uploadErrorCodes } from '../../core/errors';
import type { Named } from './operation';

/** What answers hold. Tests hold every answer to these; the OpenAPI document is made of them. */

const time = z.iso.datetime();
const bytes = z.int().min(0);
const status = z.enum(['queued', 'running', 'waiting', 'cancelling', 'succeeded', 'failed', 'cancelled']);
const waitingFor = z
  .enum(['mailbox', 'throttled', 'retry', 'incident', 'storage'])
  .meta({ description: 'Only while the status is waiting.' });

const code = z.enum(uploadErrorCodes as [UploadErrorCode, ...UploadErrorCode[]]);
const problemMembers = {
  type: z.url().meta({ description: 'Where people read about it.' }),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().meta({ description: 'What is wrong, with which value, and what to do.' }),
  instance: z.string(),
  code,
  retryable: z.boolean().meta({ description: 'Whether the same call may succeed later without a change.' }),
  errors: z
    .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
    .optional()
    .meta({ description: 'Each fault of the request: a JSON pointer, or the name of a header, parameter or setting.' }),
  serviceRequestId: z.string().optional().meta({ description: 'Microsoft’s request id, for a support case.' }),
  leftBehind: z.array(z.string()).optional().meta({ description: 'What could not be cleaned up.' }),
};
export const problem: Named = {
  id: 'Problem',
  schema: z
    .strictObject({ ...problemMembers, requestId: z.string().meta({ description: 'Leads to the app’s log.' }) })
    .meta({ description: 'RFC 9457 problem details. docs/errors.md has every code.' }),
};
const outcome = z.strictObject(problemMembers).meta({ description: 'Why it failed.' });

const warnings = z.array(z.strictObject({ code: z.string(), detail: z.string() }));
const timeline = z
  .array(z.strictObject({ at: time, event: z.string(), detail: z.string().optional() }))
  .max(50)
  .meta({ description: 'What happened on the way, newest last.' });
const lastProblem = z
  .strictObject({
    what: z.string().meta({ description: 'The call, such as createUploadSession.' }),
    status: z.int().optional(),
    code: z.string().optional(),
    fault: z.string().optional().meta({ description: 'Where no answer came.' }),
    attempts: z.int().min(1),
    at: time,
    serviceRequestId: z.string().optional(),
    clientRequestId: z.string().optional(),
  })
  .meta({ description: 'The last answer of Microsoft that kept it from going on.' });
const callback = z.strictObject({
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int().min(0).max(10),
  lastStatus: z.int().nullable(),
  nextAttemptAt: time.nullable(),
});

/** What uploads and deliveries have in common. */
const job = {
  id: z.string(),
  status,
  waitingFor: waitingFor.optional(),
  waitingUntil: time.nullable().optional().meta({ description: 'An estimate; null where nobody knows.' }),
  item: z.string().nullable(),
  reference: z.string().nullable(),
  source: z.enum(['http', 'outbox', 'delivery', 'nylas']),
  requestedBy: z.string().nullable().meta({ description: 'The signed-in person; null for a program.' }),
  warnings,
  error: outcome.optional(),
  callback: callback.optional(),
  timeline,
  createdAt: time,
  updatedAt: time,
};
const attached = z
  .strictObject({
    id: z.string().nullable().meta({ description: 'As Graph lists it under Prefer: IdType="ImmutableId".' }),
    idKind: z.literal('immutable').optional(),
    name: z.string().optional().meta({ description: 'As the service keeps it.' }),
    location: z.string().nullable().meta({ description: 'The attachment’s Graph path, without version.' }),
    sha256: z.string().nullable(),
    verified: z.boolean().meta({ description: 'Whether it was read back and compared.' }),
    method: z.enum(['post', 'session']),
  })
  .nullable();

export const upload: Named = {
  id: 'Upload',
  schema: z.strictObject({
    ...job,
    blob: z.string().nullable(),
    name: z.string(),
    contentType: z.string(),
    isInline: z.boolean(),
    contentId: z.string().optional(),
    size: bytes.nullable(),
    lastProblem: lastProblem.optional(),
    delivery: z.string().optional().meta({ description: 'The delivery that it belongs to.' }),
    retryOf: z.string().optional(),
    progress: z.strictObject({ bytesSent: bytes, bytesTotal: bytes, percent: z.int().min(0).max(100) }),
    attachment: attached.optional().meta({ description: 'Once it has succeeded.' }),
    removedAt: time.optional().meta({ description: 'When the attachment was removed by way of this app.' }),
    links: z.strictObject({ self: z.string(), cancel: z.string().optional(), attachment: z.string().optional() }),
  }),
};

export const delivery: Named = {
  id: 'Delivery',
  schema: z.strictObject({
    ...job,
    mailbox: z.string().optional().meta({ description: 'Where the draft is made.' }),
    uploads: z.array(upload.schema).max(100),
    send: z.boolean(),
    sent: z.boolean().nullable().meta({ description: 'null: unknown for good.' }),
    sentAt: time.optional(),
    onFailure: z.enum(['remove', 'keep']),
    progress: z.strictObject({
      filesAttached: bytes,
      filesTotal: bytes,
      bytesSent: bytes,
      bytesTotal: bytes,
      percent: z.int().min(0).max(100),
    }),
    links: z.strictObject({ self: z.string(), cancel: z.string().optional() }),
  }),
};

const page = (id: string, of: Named): Named => ({
  id,
  schema: z.strictObject({
    value: z.array(of.schema),
    nextLink: z.string().optional().meta({ description: 'The next page, where there is one.' }),
  }),
});
export const uploadList = page('UploadList', upload);
export const deliveryList = page('DeliveryList', delivery);

export const checkedUpload: Named = {
  id: 'CheckedUpload',
  schema: z
    .strictObject({
      status: z.literal('checked'),
      blob: z.string().nullable(),
      item: z.string(),
      name: z.string(),
      contentType: z.string(),
      size: bytes.nullable(),
      method: z.enum(['post', 'session']),
      ranges: z.int().min(1).meta({ description: 'Requests that carry the bytes.' }),
      warnings,
    })
    .meta({ description: 'What the upload would be. Nothing was done.' }),
};

export const itemList: Named = {
  id: 'ItemList',
  schema: z.strictObject({
    value: z
      .array(
        z.strictObject({
          item: z.string().meta({ description: 'As POST /api/uploads takes it.' }),
          kind: z.enum(['draft', 'event']),
          subject: z.string(),
          when: time.nullable().meta({ description: 'When the draft was last changed, when the event begins.' }),
          people: z.array(z.string()),
          hasAttachments: z.boolean(),
        }),
      )
      .max(50),
  }),
};

export const stagedFile: Named = {
  id: 'File',
  schema: z.strictObject({
    blob: z.string().meta({ description: 'As POST /api/uploads takes it, once the bytes are there.' }),
    uploadUrl: z.url().meta({ description: 'A secret: to create and write this one blob.' }),
    expiresAt: time,
    blockSize: z.int().meta({ description: 'A good size for blocks that go in parallel.' }),
  }),
};

export const attachmentMetadata: Named = {
  id: 'AttachmentMetadata',
  schema: z
    .looseObject({ graphPath: z.string() })
    .meta({ description: 'The attachment as Microsoft Graph describes it, and its Graph path.' }),
};

export const health: Named = {
  id: 'Health',
  schema: z.strictObject({ status: z.enum(['ok', 'failing']) }),
};
const checkResult = z.strictObject({
  status: z.enum(['ok', 'failing']),
  detail: z.string().optional(),
  problems: z.array(z.strictObject({ name: z.string(), detail: z.string() })).optional(),
});
export const healthDetails: Named = {
  id: 'HealthDetails',
  schema: z.strictObject({
    status: z.enum(['ok', 'failing']),
    checks: z.record(z.string(), checkResult).meta({ description: 'settings, storage, graph and others, by name.' }),
    uploads: z
      .strictObject({
        active: z.int(),
        oldestSeconds: z.int(),
        waiting: z.record(z.string(), z.strictObject({ uploads: z.int(), oldestSeconds: z.int() })),
        asked: z.int(),
      })
      .nullable()
      .meta({
        description:
          'Uploads that have not ended, and what they wait for, by reason. Seconds since acceptance. Of many, the `asked` oldest were looked at. Null: storage does not answer.',
      }),
  }),
};

export const cloudEvent: Named = {
  id: 'CloudEvent',
  schema: z
    .strictObject({
      specversion: z.literal('1.0'),
      id: z.string().meta({ description: 'As webhook-id: the same in every attempt.' }),
      source: z.string(),
      type: z.string().meta({ examples: ['blobtooutlook.upload.succeeded'] }),
      subject: z.string(),
      time,
      datacontenttype: z.literal('application/json'),
      data: z.record(z.string(), z.unknown()).meta({ description: 'The upload or delivery, at most 20 kB of it.' }),
    })
    .meta({ description: 'CloudEvents 1.0 in JSON, signed as Standard Webhooks has it.' }),
};
