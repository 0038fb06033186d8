import type { Api } from '../api/api';
import { isFinal, isUnknown, type PageView, type ResourceView, type UploadView } from '../api/views';

/** What earlier runs have done already for the same content, item and name. */
export type Earlier<T> =
  | { readonly kind: 'found'; readonly resource: T }
  /** `generation` differs after each run that has ended without the file: it makes the next Idempotency-Key a new one */
  | { readonly kind: 'none'; readonly generation: string };

/** At most so many uploads of an item are looked through. */
const mostPages = 10;

/** The upload that has attached this content to this item under this name, or is doing so. */
export async function findEarlierUpload(
  api: Api,
  wanted: { item: string; name: string; sha256: string },
): Promise<Earlier<UploadView>> {
  const { item, name, sha256 } = wanted;
  const isSame = (upload: UploadView): boolean => upload.name === name && holds(upload, sha256);
  const quick = decisive(await uploads(api, { item, reference: sha256 }, isSame));
  if (quick.kind === 'found') return quick;
  // an earlier run may have had --reference, or another client attached it
  return decisive(await uploads(api, { item }, isSame));
}

/** The hash is the reference, or the blob's name where the caller's own words are the reference; or what was verified. */
const holds = ({ reference, blob, attachment }: UploadView, sha256: string): boolean =>
  reference === sha256 || blob?.endsWith(`/${sha256}`) === true || attachment?.sha256 === sha256;

/** Uploads that fit, newest first. */
export async function uploads(
  api: Api,
  filter: Readonly<Record<string, string>>,
  isSame: (upload: UploadView) => boolean,
): Promise<UploadView[]> {
  const found: UploadView[] = [];
  let path: string | undefined = `/api/uploads?${new URLSearchParams({ ...filter, limit: '100' }).toString()}`;
  for (let page = 0; path !== undefined && page < mostPages; page++) {
    const { body }: { body: PageView<UploadView> } = await api.call<PageView<UploadView>>('GET', path);
    found.push(...body.value.filter(isSame));
    path = body.nextLink;
  }
  return found;
}

/** Of several the one that counts: attached, else under way, else unknown. Those that failed or were cancelled do not. */
export function decisive<T extends ResourceView & { removedAt?: string }>(newestFirst: readonly T[]): Earlier<T> {
  const resource =
    newestFirst.find(({ status, removedAt }) => status === 'succeeded' && removedAt === undefined) ??
    newestFirst.find((each) => !isFinal(each)) ??
    newestFirst.find(isUnknown);
  return resource ? { kind: 'found', resource } : { kind: 'none', generation: newestFirst[0]?.id ?? '' };
}
