import type { ItemKind } from '../items/table';
import type { Plan, Way } from './machine/progress';
import { retryPolicy } from '../retry';
import type { UploadRequest } from './record';

/** A Graph request's body may have 4 MiB in all: base64, names and JSON included (docs/outlook-facts.md#request-size). */
export const maxPostBytes = 4 * 1024 * 1024;

/**
 * Which way a file goes, and which other way is left if the service disagrees about the border.
 * `bodyBytes` is the length of the JSON that a POST would have.
 */
export function planFor(request: UploadRequest, kind: ItemKind, bodyBytes: number): Plan {
  const { id, name, isInline, policy, createdAt, warnings } = request;
  const isFile = request.resource === undefined;
  const size = request.sizeBytes ?? 0;
  const canPost = bodyBytes <= maxPostBytes && (!isFile || kind.fileByPost);
  const canOpen = isFile && kind.fileBySession;
  const prefersPost = canPost && (!canOpen || size < policy.smallAttachmentLimitBytes);
  const post: Way = kind.protocol === 'reply' ? 'reply' : 'post';
  const otherWay = prefersPost ? (canOpen ? 'session' : undefined) : canPost ? post : undefined;
  return {
    id,
    way: prefersPost ? post : 'session',
    ...(otherWay === undefined ? {} : { otherWay }),
    totalBytes: request.resource?.jsonBytes ?? size,
    postBytes: bodyBytes,
    rangeBytes: policy.rangeSizeBytes,
    rangesPerStep: policy.rangesPerActivity ?? 1,
    isFile,
    isInline,
    name,
    isYoung: request.delivery !== undefined || request.source === 'outbox',
    readings: request.verify === 'required' ? retryPolicy.maxChecks : retryPolicy.readings,
    settleMs: policy.settleMs,
    deadlineAt: createdAt + policy.deadlineMs,
    warnings,
  };
}
