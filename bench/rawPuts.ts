import type { OutlookControl } from '../local/parts/outlookControl';

/** The default of RANGE_SIZE. */
export const rangeBytes = 3_932_160;

/**
 * What nothing can beat: a session and its PUTs in one loop by plain fetch, of bytes that lie in memory.
 * @returns milliseconds from the creation of the session to the last answer
 */
export async function rawPuts(outlook: OutlookControl, item: string, size: number): Promise<number> {
  const bytes = Buffer.alloc(rangeBytes, 7);
  const startedAt = performance.now();
  const uploadUrl = await createSession(outlook.graphUrl, item, size);
  for (let start = 0; start < size; start += rangeBytes) {
    const body = bytes.subarray(0, Math.min(rangeBytes, size - start));
    const reply = await fetch(uploadUrl, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `bytes ${start}-${start + body.length - 1}/${size}`,
      },
      body,
    });
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`A raw PUT was answered ${reply.status}`);
  }
  return performance.now() - startedAt;
}

async function createSession(graphUrl: string, item: string, size: number): Promise<string> {
  const reply = await fetch(`${graphUrl}/v1.0/${item}/attachments/createUploadSession`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer local' },
    body: JSON.stringify({ AttachmentItem: { attachmentType: 'file', name: 'raw.bin', size } }),
  });
  if (!reply.ok) throw new Error(`createUploadSession was answered ${reply.status}: ${await reply.text()}`);
  return ((await reply.json()) as { uploadUrl: string }).uploadUrl;
}
