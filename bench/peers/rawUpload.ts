import type { BlockBlobClient } from '@azure/storage-blob';
import type { Job } from './job';

/** The floor: one loop that reads a range of the blob and PUTs it, by plain fetch. No retry. @throws Error at any other answer */
export async function rawUpload(job: Job, blob: BlockBlobClient, item: string): Promise<void> {
  const opened = await fetch(`${job.graphUrl}/v1.0/${item}/attachments/createUploadSession`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer local' },
    body: JSON.stringify({ AttachmentItem: { attachmentType: 'file', name: 'file.bin', size: job.size } }),
  });
  if (!opened.ok) throw new Error(`createUploadSession was answered ${opened.status}`);
  const { uploadUrl } = (await opened.json()) as { uploadUrl: string };
  for (let start = 0; start < job.size; start += job.rangeBytes) {
    const end = Math.min(start + job.rangeBytes, job.size) - 1;
    const reply = await fetch(uploadUrl, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `bytes ${start}-${end}/${job.size}`,
      },
      body: new Uint8Array(await blob.downloadToBuffer(start, end - start + 1)),
    });
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`A PUT was answered ${reply.status}`);
  }
}
