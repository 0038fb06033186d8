import type * as z from 'zod';
import type { UploadErrorCode } from '../../core/errors';

/** What one route is asked and answers, in the schemas that check it: the OpenAPI document is made of these. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  /** The documented path, where the route has a parameter for what is always the same. */
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string>>; // of the path, each in words
  readonly query?: z.ZodObject;
  readonly headers?: readonly RequestHeader[];
  readonly body?: Body;
  /** By status: what is answered where nothing is wrong. */
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly UploadErrorCode[];
  /** The end of what this makes may be told to a `callbackUrl`. */
  readonly callback?: true;
}
export type Tag = 'Uploads' | 'Deliveries' | 'Files' | 'Items' | 'Health' | 'Reference' | 'Nylas';

/** A schema under the name that it has in the document. */
export interface Named {
  readonly id: string;
  readonly schema: z.ZodType;
}
export interface Body extends Named {
  readonly optional?: true;
  readonly examples: Readonly<Record<string, Example>>;
}
export interface Example {
  readonly summary: string;
  readonly value: unknown;
}
export interface Answer {
  readonly description: string;
  readonly body?: Named | { readonly mediaType: string };
  readonly headers?: readonly AnswerHeader[];
}

/** Headers of requests and of answers, each in words. */
export const requestHeaders = {
  'Idempotency-Key':
    'The same key and body give the same answer for at least 24 hours; another body is refused. 1 to 256 printable ASCII characters.',
  'If-None-Match': 'The ETag that is known already: 304 where it is still that.',
  Prefer: 'wait=N holds the answer for up to N seconds (at most 60) until the resource changes.',
} as const;
export type RequestHeader = keyof typeof requestHeaders;

export const answerHeaders = {
  Location: 'The path of the upload or delivery.',
  ETag: 'The version of the resource.',
  'Retry-After': 'Seconds until it is worth asking again. A resource has it only until it is final.',
  'Idempotent-Replayed': '"true" where an earlier upload or delivery answers this request.',
  'Idempotent-Response': '"true" where the answer to an earlier request with this Idempotency-Key is given again.',
  'Preference-Applied': 'The wait that was applied.',
  'Content-Disposition': 'The name of the file.',
  Link: 'The delivery that adds the attachments (rel="monitor").',
  'WWW-Authenticate': 'How to sign in (RFC 9110).',
  'X-Request-Id': 'The request’s id in the app’s log.',
} as const;
export type AnswerHeader = keyof typeof answerHeaders;
