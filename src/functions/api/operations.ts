import * as z from 'zod';
import type { UploadErrorCode } from '../../core/errors';
import * as answer from './answers';
import type { Answer, AnswerHeader, Body, Named, Operation } from './operation';
import { deliveryBody, fileBody, itemsQuery, listQuery, retryBody, uploadBody, uploadQuery } from './schemas';

/** Every operation of /api and /my. A request is described by the schema that checks it. */

const item = 'users/megan@contoso.com/messages/AAMkADI5MAAIT3drCAAA=';
const received = 'users/megan@contoso.com/messages/AAMkADI5RECEIVEDAAA=';
const anyAccount = 'https://contoso.blob.core.windows.net';
const ofUpload = { id: 'The upload’s id.' };
const ofDelivery = { id: 'The delivery’s id.' };

const asked: UploadErrorCode[] = ['InvalidRequest', 'UnsupportedMediaType', 'RequestTooLarge'];
const taken: UploadErrorCode[] = [
  ...asked,
  'InvalidItem',
  'ContainerNotAllowed',
  'MailboxNotAllowed',
  'CallbackNotAllowed',
  'BlobNotFound',
  'BlobChanged',
  'AlreadyFinished',
  'AttachmentTooLarge',
  'EmptyBlob',
  'IdempotencyKeyReused',
  'AttachmentKindNotSupported',
  'DelegatedOnly',
];
/** What Microsoft may answer while somebody waits for it. */
const ofService: UploadErrorCode[] = ['ItemNotFound', 'MailboxUnavailable', 'AccessDenied', 'Throttled'];

const accepted = (body: Named): Answer => ({
  description: 'Accepted, new or replayed.',
  body,
  headers: ['Location', 'Retry-After', 'ETag', 'Idempotent-Replayed'],
});
const found = (body: Named): Record<number, Answer> => ({
  200: { description: 'As it is now.', body, headers: ['ETag', 'Retry-After', 'Preference-Applied'] },
  304: { description: 'It is still what If-None-Match names.', headers: ['ETag', 'Retry-After', 'Preference-Applied'] },
});
const cancelled = (body: Named): Record<number, Answer> => {
  const headers: AnswerHeader[] = ['ETag', 'Retry-After'];
  return {
    200: { description: 'It is cancelled.', body, headers },
    202: { description: 'It is being cancelled.', body, headers },
  };
};

const newUpload: Body = {
  id: 'NewUpload',
  schema: uploadBody(anyAccount),
  examples: {
    file: {
      summary: 'A blob onto a message',
      value: { blob: 'uploads/reports/q3.pdf', item, reference: 'order 4711' },
    },
    inline: {
      summary: 'A picture that the body shows',
      value: { blob: 'uploads/logo.png', item, isInline: true, contentId: 'logo', contentType: 'image/png' },
    },
    link: {
      summary: 'A link instead of a file',
      value: {
        item,
        resource: {
          '@odata.type': '#microsoft.graph.referenceAttachment',
          name: 'Plan',
          sourceUrl: 'https://contoso.sharepoint.com/plan.xlsx',
        },
      },
    },
  },
};
const newDelivery: Body = {
  id: 'NewDelivery',
  schema: deliveryBody(anyAccount),
  examples: {
    draft: {
      summary: 'Two files onto a draft, then send it',
      value: {
        item,
        attachments: [{ blob: 'uploads/reports/q3.pdf' }, { blob: 'uploads/logo.png', name: 'second.png' }],
        send: true,
      },
    },
    message: {
      summary: 'A new message with a file',
      value: {
        mailbox: 'users/megan@contoso.com',
        message: {
          subject: 'Q3',
          body: { contentType: 'html', content: '<p>Here it is.</p>' },
          toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }],
        },
        attachments: [{ blob: 'uploads/reports/q3.pdf' }],
        send: true,
        reference: 'order 4711',
      },
    },
    reply: {
      summary: 'An answer to everybody, with a file',
      value: {
        reply: { to: received, all: true, comment: 'Here it is.' },
        attachments: [{ blob: 'uploads/reports/q3.pdf' }],
        send: true,
      },
    },
    forward: {
      summary: 'A message passed on, with a file; kept as a draft',
      value: {
        forward: { of: received, to: [{ emailAddress: { address: 'alex@contoso.com' } }] },
        attachments: [{ blob: 'uploads/logo.png' }],
      },
    },
    event: {
      summary: 'A file onto a meeting, for all who attend',
      value: {
        item: 'users/megan@contoso.com/events/AAMkADI5EVENTdrCAAA=',
        attachments: [{ blob: 'uploads/reports/q3.pdf' }],
        notifyAttendees: true,
        verify: 'required',
        onFailure: 'keep',
      },
    },
  },
};

export const createUpload: Operation = {
  summary: 'Attach a file',
  description:
    'Attaches a blob, or a Graph resource, to an Outlook item: exactly once. The answer comes at once; follow `links.self`, or name a `callbackUrl`.',
  tag: 'Uploads',
  query: uploadQuery,
  headers: ['Idempotency-Key'],
  body: newUpload,
  answers: {
    200: { description: 'With `dryRun`: everything was checked, nothing was done.', body: answer.checkedUpload },
    202: accepted(answer.upload),
  },
  problems: [...taken, ...ofService],
  callback: true,
};
export const listUploads: Operation = {
  summary: 'List uploads',
  description: 'Newest first, by page.',
  tag: 'Uploads',
  query: listQuery,
  answers: { 200: { description: 'One page.', body: answer.uploadList } },
  problems: ['InvalidRequest', 'InvalidItem'],
};
export const getUpload: Operation = {
  summary: 'Look at an upload',
  tag: 'Uploads',
  parameters: ofUpload,
  headers: ['If-None-Match', 'Prefer'],
  answers: found(answer.upload),
  problems: ['UploadNotFound'],
};
export const cancelUpload: Operation = {
  summary: 'Cancel an upload',
  description: 'After `cancelled` nothing of it is at the service. One of a delivery is cancelled with its delivery.',
  tag: 'Uploads',
  parameters: ofUpload,
  answers: cancelled(answer.upload),
  problems: ['UploadNotFound', 'AlreadyFinished', 'NotFinished'],
};
export const retryUpload: Operation = {
  summary: 'Retry an upload',
  description: 'A failed or cancelled upload once more, as a new one of the same version of its blob.',
  tag: 'Uploads',
  parameters: ofUpload,
  headers: ['Idempotency-Key'],
  body: {
    id: 'Retry',
    schema: retryBody,
    optional: true,
    examples: {
      plain: { summary: 'Once more', value: {} },
      unknown: { summary: 'After OutcomeUnknown, when the file is not there', value: { evenIfAttached: true } },
    },
  },
  answers: { 202: accepted(answer.upload) },
  problems: [...taken, 'UploadNotFound', 'NotFinished'],
};
export const getAttachment: Operation = {
  summary: 'Look at what was attached',
  tag: 'Uploads',
  parameters: ofUpload,
  query: z.object({
    $select: z.string().max(1000).optional().meta({ description: 'Properties, as Microsoft Graph takes them.' }),
  }),
  answers: { 200: { description: 'Graph’s metadata of it.', body: answer.attachmentMetadata } },
  problems: ['InvalidRequest', 'UploadNotFound', 'NotFinished', 'AttachmentKindNotSupported', ...ofService],
};
export const getAttachmentValue: Operation = {
  summary: 'Read what was attached',
  description: 'Its bytes, up to 16 MiB. Above that the problem names the Graph path.',
  tag: 'Uploads',
  path: 'uploads/{id}/attachment/$value',
  parameters: ofUpload,
  answers: {
    200: { description: 'The bytes.', body: { mediaType: '*/*' }, headers: ['Content-Disposition'] },
  },
  problems: [
    'InvalidRequest',
    'UploadNotFound',
    'NotFinished',
    'AttachmentTooLarge',
    'AttachmentKindNotSupported',
    ...ofService,
  ],
};
export const removeUploadAttachment: Operation = {
  summary: 'Remove what was attached',
  description: 'Takes it off the item. Done as well where it is gone already.',
  tag: 'Uploads',
  parameters: ofUpload,
  answers: { 204: { description: 'It is not on the item.' } },
  problems: ['InvalidRequest', 'UploadNotFound', 'NotFinished', 'AttachmentKindNotSupported', ...ofService],
};
export const createDelivery: Operation = {
  summary: 'Attach several files, and send',
  description:
    'Up to 100 files to one item. Give `item`, or `mailbox` and `message` for a new draft, or `reply`, or `forward`. ' +
    'With `send` the message is sent: once, after all files are attached and verified.',
  tag: 'Deliveries',
  headers: ['Idempotency-Key'],
  body: newDelivery,
  answers: { 202: accepted(answer.delivery) },
  problems: [...taken, 'SendNotAllowed', 'NotADraft', 'MessageSizeExceeded'],
  callback: true,
};
export const listDeliveries: Operation = {
  summary: 'List deliveries',
  description: 'Newest first, by page.',
  tag: 'Deliveries',
  query: listQuery,
  answers: { 200: { description: 'One page.', body: answer.deliveryList } },
  problems: ['InvalidRequest', 'InvalidItem'],
};
export const getDelivery: Operation = {
  summary: 'Look at a delivery',
  tag: 'Deliveries',
  parameters: ofDelivery,
  headers: ['If-None-Match', 'Prefer'],
  answers: found(answer.delivery),
  problems: ['DeliveryNotFound'],
};
export const cancelDelivery: Operation = {
  summary: 'Cancel a delivery',
  description: 'Takes back what it attached. Once the send has begun, nothing is cancelled any more.',
  tag: 'Deliveries',
  parameters: ofDelivery,
  answers: cancelled(answer.delivery),
  problems: ['DeliveryNotFound', 'AlreadyFinished'],
};
export const createFile: Operation = {
  summary: 'Bring a file',
  description:
    'A URL that takes the bytes of one file: Put Blob, or Put Block in parallel and Put Block List. Then attach `blob`.',
  tag: 'Files',
  body: {
    id: 'NewFile',
    schema: fileBody,
    examples: {
      file: { summary: 'A PDF', value: { name: 'q3.pdf', contentType: 'application/pdf', size: 12_582_912 } },
    },
  },
  answers: { 201: { description: 'Where the bytes go.', body: answer.stagedFile } },
  problems: [...asked, 'ContainerNotAllowed', 'EmptyBlob', 'AttachmentTooLarge'],
};
export const listItems: Operation = {
  summary: 'List recent drafts or events',
  description: 'For people to choose from, newest first.',
  tag: 'Items',
  query: itemsQuery,
  answers: { 200: { description: 'At most 50.', body: answer.itemList } },
  problems: [
    'InvalidRequest',
    'BrowseNotAllowed',
    'MailboxNotAllowed',
    'DelegatedOnly',
    'MailboxUnavailable',
    'AccessDenied',
    'Throttled',
  ],
};
export const health: Operation = {
  summary: 'Whether the app can take uploads',
  tag: 'Health',
  answers: {
    200: { description: 'It can.', body: answer.health },
    503: { description: 'It cannot: /api/health/details tells why.', body: answer.health },
  },
  problems: [],
};
export const healthDetails: Operation = {
  summary: 'What works and what does not',
  tag: 'Health',
  answers: {
    200: { description: 'Everything works.', body: answer.healthDetails },
    503: { description: 'Something does not.', body: answer.healthDetails },
  },
  problems: [],
};
export const getOpenapi: Operation = {
  summary: 'This document',
  tag: 'Reference',
  headers: ['If-None-Match'],
  answers: {
    200: { description: 'OpenAPI 3.1.', body: { mediaType: 'application/json' }, headers: ['ETag'] },
    304: { description: 'It is still what If-None-Match names.', headers: ['ETag'] },
  },
  problems: [],
};
export const getDocs: Operation = {
  summary: 'This document for people',
  tag: 'Reference',
  headers: ['If-None-Match'],
  answers: {
    200: { description: 'A page.', body: { mediaType: 'text/html' }, headers: ['ETag'] },
    304: { description: 'It is still what If-None-Match names.', headers: ['ETag'] },
  },
  problems: [],
};
