import { httpStatusOf, Problem, UploadErrorCode } from '../errors';

/** Nylas has two vocabularies of error types: that of upload sessions, and that of sending and drafts. */
export type NylasFamily = 'sessions' | 'mail';

/** An error as Nylas tells it: status, type, and words for people. */
export interface NylasFault {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
  /** What Microsoft or the delivery said. */
  readonly providerError?: Readonly<Record<string, unknown>>;
}

/** Thrown by what serves the facade, mapped to a response once (functions/nylas/nylasWire.ts). */
export class NylasError extends Error {
  override readonly name = 'NylasError';
  constructor(
    readonly fault: NylasFault,
    options?: ErrorOptions,
  ) {
    super(`${fault.status} ${fault.type}: ${fault.message}`, options);
  }
}

/** The types of a status, in either vocabulary. */
const types: Readonly<Record<number, Readonly<Record<NylasFamily, string>>>> = {
  400: { sessions: 'invalid_request', mail: 'invalid_request_error' },
  401: { sessions: 'unauthorized', mail: 'unauthorized' },
  403: { sessions: 'insufficient_scopes', mail: 'insufficient_scopes' },
  404: { sessions: 'not_found', mail: 'not_found_error' },
  429: { sessions: 'rate_limit_error', mail: 'rate_limit_error' },
  500: { sessions: 'internal_error', mail: 'internal_error' },
  503: { sessions: 'service_unavailable', mail: 'service_unavailable' },
  504: { sessions: 'provider_error', mail: 'provider_error' },
};

export const faultOf = (status: number, family: NylasFamily, message: string): NylasFault => ({
  status,
  type: (types[status] ?? types[status < 500 ? 400 : 500])?.[family] ?? 'internal_error',
  message,
});

/** What the app says at the door with another status than it says it to others. */
const statusAtTheDoor: Partial<Record<UploadErrorCode, number>> = {
  MailboxNotAllowed: 401,
  DelegatedOnly: 401,
  ContainerNotAllowed: 400,
  BlobNotFound: 400,
  BlobChanged: 400,
  AttachmentTooLarge: 400,
  EmptyBlob: 400,
  AttachmentKindNotSupported: 400,
  UnsupportedMediaType: 400,
};

/** A refusal of a call. */
export function faultOfRefusal({ code, detail, errors }: Problem, family: NylasFamily): NylasFault {
  const status = statusAtTheDoor[code] ?? httpStatusOf(code);
  const named = errors?.filter((each) => !detail.includes(each.detail)) ?? [];
  const message = [detail, ...named.map((each) => `${each.pointer}: ${each.detail}`)].join(' ');
  return { ...faultOf(status, family, message), ...(status === 503 ? { retryAfterSeconds: 5 } : {}) };
}

/** What an accepted delivery ended with. What is the service's own is a `provider_error`, which Nylas answers with 504. */
const statusOfEnd: Partial<Record<UploadErrorCode, number>> = {
  ...statusAtTheDoor,
  MessageSizeExceeded: 400,
  Throttled: 429,
  SessionLost: 504,
  VerificationFailed: 504,
  OutcomeUnknown: 504,
  ServiceUnavailable: 504,
};

export function faultOfEnd({ code, detail, serviceRequestId }: Problem): NylasFault {
  const fault = faultOf(statusOfEnd[code] ?? httpStatusOf(code), 'mail', detail);
  return {
    ...fault,
    ...(fault.status === 429 ? { retryAfterSeconds: 60 } : {}),
    providerError: {
      code,
      message: detail,
      ...(serviceRequestId === undefined ? {} : { request_id: serviceRequestId }),
    },
  };
}

/** The body of an error, but for its `request_id`: Nylas' envelope, merged with RFC 9457 for whoever reads that. */
export const faultBody = ({ status, type, message, providerError }: NylasFault): Record<string, unknown> => ({
  type: 'about:blank',
  title: type,
  status,
  detail: message,
  error: { type, message, ...(providerError ? { provider_error: providerError } : {}) },
});
