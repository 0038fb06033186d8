import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { faultOf, NylasError, NylasFamily } from '../../core/nylas/error';
import { MiB } from '../../core/byteRange';
import { encodedBody, jsonOf } from '../api/body';
import { deepest, mostValues } from '../api/jsonScan';
import { check } from '../api/check';

/** 3 MB of attachments, which is what Nylas takes as JSON, are 4 MiB of base64; the rest is room for the message. */
const maxBodyBytes = 4 * MiB + 256 * 1024;

const bySession =
  'Files of 3 MB and more together are not taken here, nor multipart/form-data: upload each by an attachment-uploads session, ' +
  'complete it, and name it by {"id"} in attachments, without a size.';

/** The call's JSON, or nothing where it has no body. Refused in words, not by the host: Nylas' clients need JSON to read. */
export async function readNylasJson(request: HttpRequest, family: NylasFamily): Promise<unknown> {
  const mediaType = (request.headers.get('content-type') ?? '').toLowerCase();
  if (mediaType.startsWith('multipart/')) throw new NylasError(faultOf(400, family, bySession));
  const body = await jsonOf(request, maxBodyBytes);
  if ('json' in body) return body.json;
  switch (body.fault) {
    case 'empty':
      return undefined;
    case 'tooLarge':
      throw tooLarge(family);
    case 'encoded':
      throw new NylasError(faultOf(400, family, encodedBody));
    case 'notJson':
      throw new NylasError(faultOf(400, family, 'The body is not valid JSON.'));
    case 'tooDeep':
      throw new NylasError(faultOf(400, family, `The JSON is nested more than ${deepest} levels deep.`));
    case 'tooMany':
      throw new NylasError(faultOf(400, family, `The JSON has more than ${mostValues} values.`));
  }
}

/** Faults as one message. It is kept with its Idempotency-Key, where there is room for 30,000 characters. */
export function inOneMessage(faults: readonly string[]): string {
  const told = faults.slice(0, 30).map((fault) => fault.slice(0, 300));
  const rest = faults.length - told.length;
  return [...told, ...(rest > 0 ? [`There are ${rest} faults more.`] : [])].join(' ');
}

/** What the schema makes of it; all faults in one message. */
export function parsedAs<T>(schema: z.ZodType<T>, json: unknown, family: NylasFamily): T {
  const checked = check(schema, json, ([first, ...rest]) =>
    [
      String(first ?? 'body'),
      ...rest.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)),
    ].join(''),
  );
  if (checked.ok) return checked.value;
  throw new NylasError(
    faultOf(400, family, inOneMessage(checked.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`))),
  );
}

const tooLarge = (family: NylasFamily): NylasError =>
  new NylasError({
    ...faultOf(400, family, `The body has more than ${maxBodyBytes} bytes. ${bySession}`),
    status: 413,
  });
