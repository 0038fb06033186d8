import type { Item } from '../../core/items/path';
import type { AttachmentFile, UploadSessionApi } from '../../core/wire/ports';
import type { WireReply } from '../../core/wire/reply';
import { blocked, exchange } from './exchange';
import type { GraphClient, GraphVersion } from './client';
import { putRange } from './rangePut';
import { refusalOf, UploadHosts } from './uploadUrl';

export interface OutlookUploadSessionsOptions extends UploadHosts {
  readonly graph: GraphClient;
  /** For a status query and a cancel; a PUT has its own. Default 30 s. */
  readonly shortTimeoutMs?: number;
  /** Where an item's form exists in one version only. Default: the client's own. */
  readonly versionOf?: (item: Item) => GraphVersion | undefined;
}

/**
 * Upload sessions of messages and events (docs/outlook-facts.md#session-create): created at Graph, then spoken to at the upload
 * URL as it came: it is pre-authenticated, on another origin, and must not see our bearer.
 */
export function outlookUploadSessions(options: OutlookUploadSessionsOptions): UploadSessionApi {
  const { graph, shortTimeoutMs = 30_000 } = options;
  const atUrl = async (
    uploadUrl: string,
    totalMs: number,
    send: (signal: AbortSignal) => Promise<Response>,
  ): Promise<WireReply> => {
    const refusal = refusalOf(uploadUrl, options);
    return refusal === undefined ? exchange({ totalMs }, send) : blocked(refusal);
  };
  const short = (method: 'GET' | 'DELETE', uploadUrl: string): Promise<WireReply> =>
    atUrl(uploadUrl, shortTimeoutMs, (signal) => fetch(uploadUrl, { method, redirect: 'manual', signal }));
  return {
    create: (item, file) =>
      graph.send({
        method: 'POST',
        path: [...item.segments, 'attachments', 'createUploadSession'],
        version: options.versionOf?.(item),
        body: JSON.stringify({ AttachmentItem: attachmentItem(file) }),
      }),
    put: (url, range, totalBytes, bytes, timeoutMs) =>
      atUrl(url, timeoutMs, (signal) => putRange({ url, range, totalBytes, bytes }, signal)),
    status: (uploadUrl) => short('GET', uploadUrl),
    cancel: (uploadUrl) => short('DELETE', uploadUrl),
  };
}

/** Inline and content id can only be given here: they cannot be patched later (docs/outlook-facts.md#inline). */
const attachmentItem = ({ name, sizeBytes, contentType, isInline, contentId }: AttachmentFile): object => ({
  attachmentType: 'file',
  name,
  size: sizeBytes,
  contentType,
  ...(isInline ? { isInline } : {}),
  ...(contentId === undefined ? {} : { contentId }),
});
