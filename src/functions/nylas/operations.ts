import { MiB } from '../../core/byteRange';
import type { Answer, Body, Named, Operation } from '../api/operation';
import * as answer from './answers';
import { messageBody, sessionBody } from './schemas';

/** Every operation of the facade: the official SDK of Nylas works against them. */

const message: Body = {
  id: 'NylasMessage',
  schema: messageBody,
  examples: {
    file: {
      summary: 'With a small file',
      value: {
        to: [{ email: 'alex@contoso.com', name: 'Alex' }],
        subject: 'Q3',
        body: '<p>Here it is.</p>',
        attachments: [{ filename: 'q3.txt', content_type: 'text/plain', content: 'SGVsbG8h' }],
      },
    },
  },
};
const requestId = ['X-Request-Id'] as const;
const ok = (description: string, body: Named, ...more: NonNullable<Answer['headers']>): Answer => ({
  description,
  body,
  headers: [...requestId, ...more],
});
const ofGrant = { grant: 'The mailbox: its address, or its object id.' };

export const nylasCreateSession: Operation = {
  summary: 'Begin a large attachment',
  description: 'Put the bytes to `url` by one PUT, then complete the session and name it in a message.',
  tag: 'Nylas',
  parameters: ofGrant,
  body: {
    id: 'NylasNewAttachmentUpload',
    schema: sessionBody(150 * MiB),
    examples: {
      file: {
        summary: 'A PDF',
        value: { filename: 'q3.pdf', content_type: 'application/pdf', size: 12_582_912 },
      },
    },
  },
  answers: { 201: ok('Where the bytes go.', answer.session) },
  problems: [],
};
export const nylasCompleteSession: Operation = {
  summary: 'Complete a large attachment',
  tag: 'Nylas',
  parameters: { ...ofGrant, id: 'The attachment_id.' },
  answers: { 200: ok('It can be named in a message.', answer.completed) },
  problems: [],
};
export const nylasCreateDraft: Operation = {
  summary: 'Make a draft',
  description: 'Answers as soon as the draft is there; its attachments may still be on their way.',
  tag: 'Nylas',
  parameters: ofGrant,
  body: message,
  answers: { 200: ok('The draft.', answer.draft, 'Link') },
  problems: [],
};
export const nylasSendDraft: Operation = {
  summary: 'Send a draft',
  tag: 'Nylas',
  parameters: { ...ofGrant, id: 'The draft’s id.' },
  answers: {
    200: ok('It was sent.', answer.sent),
    202: ok('It will be sent: the schedule tells.', answer.pending),
  },
  problems: [],
};
export const nylasSendMessage: Operation = {
  summary: 'Send a message',
  tag: 'Nylas',
  parameters: ofGrant,
  headers: ['Idempotency-Key'],
  body: message,
  answers: {
    200: ok('It was sent.', answer.sent, 'Idempotent-Response'),
    202: ok('It will be sent: the schedule tells.', answer.pending, 'Idempotent-Response'),
  },
  problems: [],
};
export const nylasGetSchedule: Operation = {
  summary: 'Look at a send',
  tag: 'Nylas',
  parameters: { ...ofGrant, id: 'The schedule_id.' },
  answers: { 200: ok('How it stands.', answer.scheduleState) },
  problems: [],
};
