import type { HttpRequest } from '@azure/functions';
import { attachmentName, WantedUpload } from '../../core/uploadStart';
import type { Settings } from '../../settings';
import { fingerprintOf, readJson } from '../http/body';
import { check, Checked, Fault, refuseFaults } from '../http/check';
import { idempotencyKey, uploadBody } from '../http/schemas';
import type { Idempotency } from '../uploadClaims';
import { sourceFaults } from './sourceFaults';

export interface UploadCall {
  readonly wanted: WantedUpload;
  readonly idempotency: Idempotency | undefined;
}

/** POST /api/uploads as it came, or all its faults of form together. */
export async function parseUploadCall(request: HttpRequest, settings: Settings): Promise<UploadCall> {
  const json = await readJson(request);
  const body = check(uploadBody(settings.source.blobEndpoint), json);
  const key = parseIdempotencyKey(request);
  const wanted = body.ok ? wantedUpload(body.value) : undefined;
  refuseFaults([...faultsOf(body), ...(wanted ? nameFaults(wanted) : []), ...sourceFaults(json), ...faultsOf(key)]);
  if (!wanted || !key.ok) throw new Error('unreachable: faults were thrown');
  const idempotency =
    key.value === undefined
      ? undefined
      : { scope: 'POST /api/uploads', key: key.value, fingerprint: fingerprintOf(json) };
  return { wanted, idempotency };
}

export const parseIdempotencyKey = (request: HttpRequest): Checked<string | undefined> =>
  check(idempotencyKey, request.headers.get('idempotency-key') ?? undefined, () => 'Idempotency-Key');

type Body = ReturnType<ReturnType<typeof uploadBody>['parse']>;

const wantedUpload = ({ item, reference, blob, ...rest }: Body): WantedUpload => ({
  ...rest,
  blob,
  item: item.item,
  itemText: item.text,
  reference: reference ?? null,
  source: 'http',
});

/** A name comes from somewhere and fits. */
function nameFaults(wanted: WantedUpload): Fault[] {
  const name = attachmentName(wanted);
  if (!wanted.blob || (name !== '' && name.length <= 255)) return [];
  const detail = 'The last segment of the blob’s name is no attachment name (1 to 255 characters): give one.';
  return [{ pointer: '/name', detail, code: 'InvalidRequest' }];
}

const faultsOf = (checked: Checked<unknown>): readonly Fault[] => (checked.ok ? [] : checked.faults);
