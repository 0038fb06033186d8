/** What storage said to a PUT, or that it said nothing. */
export type PutResult =
  { readonly kind: 'done' } | { readonly kind: 'refused'; readonly status: number } | { readonly kind: 'unreachable' };

export interface PutOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** bytes of this request that have left so far */
  readonly onProgress?: (bytes: number) => void;
}

/** A connection over which nothing moves for so long is given up. */
const stalledAfterMs = 60_000;

/** One PUT by XMLHttpRequest: fetch does not tell how much has been sent. @throws when it is aborted */
export function put(
  url: string,
  body: Blob | string,
  { headers = {}, signal, onProgress }: PutOptions,
): Promise<PutResult> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const request = new XMLHttpRequest();
    const giveUp = (): void => request.abort();
    let stalled = window.setTimeout(giveUp, stalledAfterMs);
    const moved = (): void => {
      clearTimeout(stalled);
      stalled = window.setTimeout(giveUp, stalledAfterMs);
    };
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      moved();
      onProgress?.(loaded);
    };
    request.onloadend = () => {
      clearTimeout(stalled);
      signal.removeEventListener('abort', giveUp);
      if (signal.aborted) reject(aborted());
      else if (request.status === 0) resolve({ kind: 'unreachable' });
      else resolve(request.status < 300 ? { kind: 'done' } : { kind: 'refused', status: request.status });
    };
    signal.addEventListener('abort', giveUp, { once: true });
    request.send(body);
  });
}

export const aborted = (): DOMException => new DOMException('Stopped', 'AbortError');
export const isAbort = (cause: unknown): boolean => cause instanceof DOMException && cause.name === 'AbortError';
