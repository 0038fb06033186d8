import type { HttpRequest } from '@azure/functions';
import { Caller, doorOf } from '../../app/access/caller';
import { mayDo } from '../../app/access/mayDo';
import { isUploadId } from '../../core/upload/id';
import type { UploadFilter } from '../../core/upload/ports';
import { Fault, faultsOf, refuseFaults } from './check';
import { itemFor } from './ofCaller';
import { checkQuery } from './query';
import { listQuery } from './schemas';

/** One page of a list: what is looked for, how many, and the id after which it begins. */
export interface Page {
  readonly filter: UploadFilter;
  readonly limit: number;
  readonly after: string | undefined;
}

/** The query of a list as it came, or all its faults. A person finds what she asked for, an operator what anybody did. */
export function parsePage(request: HttpRequest, caller: Caller): Page {
  const checked = checkQuery(request, listQuery);
  const faults: Fault[] = [...faultsOf(checked)];
  const cursor = request.query.get('cursor');
  const after = cursor === null ? undefined : Buffer.from(cursor, 'base64url').toString();
  if (after !== undefined && !isUploadId(after)) {
    faults.push({ pointer: 'cursor', detail: 'It is no cursor of a nextLink.', code: 'InvalidRequest' });
  }
  refuseFaults(faults);
  if (!checked.ok) throw new Error('unreachable: faults were thrown');
  const { status, item, reference, limit } = checked.value;
  const filter = {
    ...(status === undefined ? {} : { status }),
    ...(item === undefined ? {} : { item: itemFor(caller, item).itemText }),
    ...(reference === undefined ? {} : { reference }),
    ...(caller.kind === 'program' || mayDo(caller, 'see', anyJob) ? {} : { requestedBy: caller.id }),
  };
  return { filter, limit, after };
}

const anyJob = { kind: 'job', owner: undefined, askedBy: [] } as const;

/** What a list answers: a page, and the link to the next one where there is one (`found` holds one more than asked for). */
export function pageBody<T extends { readonly record: { readonly id: string } }>(
  request: HttpRequest,
  { caller, path }: { readonly caller: Caller; readonly path: string },
  { limit }: Page,
  found: readonly T[],
  resourceOf: (each: T) => Record<string, unknown>,
): Record<string, unknown> {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const nextLink = last && `${doorOf(caller)}/${path}?${nextQuery(request.query, last.record.id)}`;
  return { value: page.map(resourceOf), ...(nextLink === undefined ? {} : { nextLink }) };
}

/** The same list after this id; a key that came in the query is not handed on. */
function nextQuery(query: URLSearchParams, after: string): string {
  const next = new URLSearchParams(query);
  for (const name of ['code', 'clientId']) next.delete(name);
  next.set('cursor', Buffer.from(after).toString('base64url'));
  return next.toString();
}

/** Pages of records are read until enough of them have the status: which of the active ones run, only Durable knows. */
export async function listUntil<T extends { readonly record: { readonly id: string } }>(
  limit: number,
  after: string | undefined,
  readPage: (limit: number, after: string | undefined) => Promise<readonly T[]>,
  fits: (each: T) => boolean,
): Promise<T[]> {
  const found: T[] = [];
  for (let from = after; ;) {
    const page = await readPage(limit, from);
    found.push(...page.filter(fits));
    from = page.at(-1)?.record.id;
    if (page.length < limit || found.length >= limit) return found.slice(0, limit);
  }
}
