import { AttachmentResource, resourceText } from '../../core/upload/graphResource';
import type { BlobHead } from '../../core/blob';
import { Problem, UploadError } from '../../core/errors';
import type { UploadRequest } from '../../core/upload/record';
import * as start from '../../core/upload/request';
import type { Dependencies } from '../../dependencies';
import { fingerprintOf } from './fingerprint';

/** What an upload is made of: looked at, and nothing speaks against it. */
export interface UploadSource {
  /** What makes two uploads the same one. */
  readonly sameness: string;
  /** The complete start input under an id. */
  request(id: string, now: number): UploadRequest;
  /** The same, and what no record can hold lies in storage then; a second time is fine. */
  take(id: string, now: number): Promise<UploadRequest>;
}
export type SourceDependencies = Pick<Dependencies, 'blobs' | 'resources' | 'settings'>;
type WantedFile = start.WantedUpload & { readonly blob: { readonly container: string; readonly name: string } };

/** The blob or the resource that is wanted, or the refusal thrown. */
export async function inspectSource(wanted: start.WantedUpload, deps: SourceDependencies): Promise<UploadSource> {
  const { resource } = wanted;
  if (resource) return inspectResource({ ...wanted, resource }, deps);
  const [file, head] = await inspectBlob(wanted, deps);
  const request: UploadSource['request'] = (id, now) =>
    start.uploadRequest(id, file, head, startRules(deps.settings), now);
  return { sameness: start.duplicateKey(file, head.etag), request, take: async (id, now) => request(id, now) };
}

/** The blob that is wanted, as it is now, or the refusal thrown. */
export async function inspectBlob(
  wanted: start.WantedUpload,
  { blobs, settings }: Pick<Dependencies, 'blobs' | 'settings'>,
): Promise<[WantedFile, BlobHead]> {
  const { blob } = wanted;
  if (!blob) throw new Error('An upload has neither a blob nor a resource.');
  const head = await blobs.head(blob.container, blob.name);
  if (head.kind !== 'blob') throw new UploadError(head.kind === 'unreachable' ? storageAway : missing(blob));
  const refusal = start.refusalOfBlob(wanted, head, startRules(settings));
  if (refusal) throw new UploadError(refusal);
  return [{ ...wanted, blob }, head];
}

/** The resource goes into storage before anything refers to it: it may be larger than a record, and than a history likes. */
function inspectResource(
  wanted: start.WantedUpload & { readonly resource: AttachmentResource },
  { resources, settings }: SourceDependencies,
): UploadSource {
  const rules = startRules(settings);
  const json = resourceText(wanted.resource, start.attachmentName(wanted), wanted.isInline);
  const jsonBytes = Buffer.byteLength(json);
  const refusal = start.refusalOfResource(wanted, jsonBytes, rules);
  if (refusal) throw new UploadError(refusal);
  const request: UploadSource['request'] = (id, now) => start.resourceRequest(id, wanted, jsonBytes, rules, now);
  return {
    sameness: start.resourceDuplicateKey(wanted, fingerprintOf(JSON.parse(json))),
    request,
    async take(id, now) {
      await resources.put(id, json);
      return request(id, now);
    },
  };
}

/** The settings that decide about an upload. On loopback every form may be tried: the stand-in has no tenant. */
export const startRules = (settings: Dependencies['settings']): start.StartRules => ({
  ...settings,
  identity: settings.graph.loopback ? 'delegated' : settings.graph.identity,
});

const storageAway: Problem = {
  code: 'ServiceUnavailable',
  detail: 'The storage of the blobs gave no answer. Try again.',
};
const missing = ({ container, name }: { container: string; name: string }): Problem => ({
  code: 'BlobNotFound',
  detail: `There is no blob ${name} in the container ${container}.`,
});
