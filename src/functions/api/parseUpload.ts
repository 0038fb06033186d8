import type { HttpRequest } from '@azure/functions';
import type { WantedUpload } from '../../core/upload/request';
import type { Caller } from '../../app/access/caller';
import { askedBy, itemFor, scopeOf } from './ofCaller';
import type { HttpDependencies } from './serve';
import { readJson, smallBodyBytes } from './body';
import { check, faultsOf, refuseFaults } from './check';
import { idempotencyOf } from './idempotency';
import { checkQuery } from './query';
import { uploadBody, uploadQuery } from './schemas';
import type { Idempotency } from '../../app/intake/claims';
import { isObject, nameFaults, sourceFaults } from './sourceFaults';

export interface UploadCall {
  readonly wanted: WantedUpload;
  readonly idempotency: Idempotency | undefined;
  /** Everything is checked, and nothing is done. */
  readonly dryRun: boolean;
}

/** POST /api/uploads as it came, or all its faults of form together. */
export async function parseUploadCall(
  request: HttpRequest,
  { settings, caller }: Pick<HttpDependencies, 'settings' | 'caller'>,
): Promise<UploadCall> {
  const json = await readJson(request, limitOf);
  const body = check(uploadBody(settings.source.blobEndpoint), json);
  const idempotency = idempotencyOf(request, scopeOf(caller, 'POST', 'uploads'), json);
  const wanted = body.ok ? wantedUpload(body.value, caller) : undefined;
  const query = checkQuery(request, uploadQuery);
  refuseFaults([
    ...faultsOf(query),
    ...faultsOf(body),
    ...(wanted ? nameFaults(wanted) : []),
    ...sourceFaults(json),
    ...faultsOf(idempotency),
  ]);
  if (!wanted || !idempotency.ok || !query.ok) throw new Error('unreachable: faults were thrown');
  return { wanted, idempotency: idempotency.value, dryRun: query.value.dryRun };
}

const limitOf = (json: unknown): number =>
  isObject(json) && Object.hasOwn(json, 'resource') ? Infinity : smallBodyBytes;

type Body = ReturnType<ReturnType<typeof uploadBody>['parse']>;

const wantedUpload = ({ item, reference, blob, ...rest }: Body, caller: Caller): WantedUpload => ({
  ...rest,
  ...askedBy(caller),
  ...itemFor(caller, item),
  blob,
  reference: reference ?? null,
  source: 'http',
});
