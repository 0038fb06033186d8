import type { HttpRequest } from '@azure/functions';
import type { WantedUpload } from '../../core/upload/request';
import type { Settings } from '../../settings';
import { readJson } from './body';
import { check, faultsOf, refuseFaults } from './check';
import { idempotencyOf } from './idempotency';
import { uploadBody } from './schemas';
import type { Idempotency } from '../../app/intake/claims';
import { nameFaults, sourceFaults } from './sourceFaults';

export interface UploadCall {
  readonly wanted: WantedUpload;
  readonly idempotency: Idempotency | undefined;
}

/** POST /api/uploads as it came, or all its faults of form together. */
export async function parseUploadCall(request: HttpRequest, settings: Settings): Promise<UploadCall> {
  const json = await readJson(request);
  const body = check(uploadBody(settings.source.blobEndpoint), json);
  const idempotency = idempotencyOf(request, 'POST /api/uploads', json);
  const wanted = body.ok ? wantedUpload(body.value) : undefined;
  refuseFaults([
    ...faultsOf(body),
    ...(wanted ? nameFaults(wanted) : []),
    ...sourceFaults(json),
    ...faultsOf(idempotency),
  ]);
  if (!wanted || !idempotency.ok) throw new Error('unreachable: faults were thrown');
  return { wanted, idempotency: idempotency.value };
}

type Body = ReturnType<ReturnType<typeof uploadBody>['parse']>;

const wantedUpload = ({ item, reference, blob, ...rest }: Body): WantedUpload => ({
  ...rest,
  blob,
  item: item.item,
  itemText: item.text,
  reference: reference ?? null,
  source: 'http',
});
