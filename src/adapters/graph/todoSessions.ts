import type { UploadSessionApi } from '../../core/wire/ports';
import type { WireReply } from '../../core/wire/reply';
import { TokenSource, withBearer } from './bearer';
import { blocked, exchange } from './exchange';
import type { GraphClient } from './client';
import { putRange } from './rangePut';

export interface TodoUploadSessionsOptions {
  readonly graph: GraphClient;
  readonly tokens: TokenSource;
  /** For a status query and a cancel; a PUT has its own. Default 30 s. */
  readonly shortTimeoutMs?: number;
}

/**
 * Upload sessions of To Do tasks (docs/outlook-facts.md#todo): another body at the creation, ranges go to `{uploadUrl}/content`,
 * and all of it stays on Graph and wants the bearer; which therefore goes nowhere but to Graph's own origin.
 */
export function todoUploadSessions(options: TodoUploadSessionsOptions): UploadSessionApi {
  const { graph, tokens, shortTimeoutMs = 30_000 } = options;
  const atUrl = async (
    uploadUrl: string,
    totalMs: number,
    send: (authorization: string, signal: AbortSignal) => Promise<Response>,
  ): Promise<WireReply> => {
    if (!isAt(graph.origin, uploadUrl)) return blocked('The upload URL of a task is not on the Graph host.');
    return exchange({ totalMs }, (signal) => withBearer(tokens, (authorization) => send(authorization, signal)));
  };
  const short = (method: 'GET' | 'DELETE', uploadUrl: string): Promise<WireReply> =>
    atUrl(uploadUrl, shortTimeoutMs, (Authorization, signal) =>
      fetch(uploadUrl, { method, headers: { Authorization }, redirect: 'manual', signal }),
    );
  return {
    create: ({ segments }, { name, sizeBytes, contentType }) =>
      graph.send({
        method: 'POST',
        path: [...segments, 'attachments', 'createUploadSession'],
        body: JSON.stringify({ attachmentInfo: { attachmentType: 'file', name, size: sizeBytes, contentType } }),
      }),
    put: (uploadUrl, range, totalBytes, bytes, timeoutMs) =>
      atUrl(uploadUrl, timeoutMs, (Authorization, signal) =>
        putRange({ url: contentUrl(uploadUrl), range, totalBytes, bytes, headers: { Authorization } }, signal),
      ),
    status: (uploadUrl) => short('GET', uploadUrl),
    cancel: (uploadUrl) => short('DELETE', uploadUrl),
  };
}

function isAt(origin: string, uploadUrl: string): boolean {
  if (!URL.canParse(uploadUrl)) return false;
  const url = new URL(uploadUrl);
  return url.origin === origin && url.username === '' && url.password === '';
}

/** `/content` goes behind the path, before a query if there is one. */
function contentUrl(uploadUrl: string): string {
  const [path = '', ...query] = uploadUrl.split('?');
  return [`${path}/content`, ...query].join('?');
}
