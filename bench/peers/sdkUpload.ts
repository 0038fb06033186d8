import type { BlockBlobClient } from '@azure/storage-blob';
import {
  Client,
  FileUpload,
  LargeFileUploadTask,
  StreamUpload,
  type FileObject,
} from '@microsoft/microsoft-graph-client';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from './job';

const tries = 5;

/**
 * A file by Microsoft's Graph SDK with its own defaults, as its documentation shows it
 * (https://learn.microsoft.com/graph/sdks/large-file-upload). @throws Error what the SDK threw last
 */
export async function sdkUpload(job: Job, blob: BlockBlobClient, item: string): Promise<void> {
  const client = Client.init({
    baseUrl: job.graphUrl,
    customHosts: new Set([new URL(job.graphUrl).hostname]),
    authProvider: (done) => done(null, 'local'),
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await once(client, job, blob, item);
      return;
    } catch (error) {
      if (job.onFailure !== 'again' || attempt === tries) throw error;
      await delay(1_000);
    }
  }
}

async function once(client: Client, job: Job, blob: BlockBlobClient, item: string): Promise<void> {
  const payload = { AttachmentItem: { attachmentType: 'file', name: 'file.bin', size: job.size } };
  const url = `/${item}/attachments/createUploadSession`;
  const session = await LargeFileUploadTask.createUploadSession(client, url, payload);
  const task = new LargeFileUploadTask(client, await fileOf(job, blob), session, { rangeSize: job.rangeBytes });
  for (let attempt = 1; ; attempt++) {
    try {
      await (attempt === 1 ? task.upload() : task.resume());
      return;
    } catch (error) {
      if (job.onFailure !== 'resume' || attempt === tries) throw error;
      await delay(1_000);
    }
  }
}

/** Streamed where nothing is sent twice; whole in memory where it may be, since a stream cannot go back. */
async function fileOf(job: Job, blob: BlockBlobClient): Promise<FileObject<unknown>> {
  if (job.onFailure !== 'stop') return new FileUpload(await blob.downloadToBuffer(), 'file.bin', job.size);
  const { readableStreamBody } = await blob.download();
  if (!readableStreamBody) throw new Error('The blob has no body.');
  return new StreamUpload(Readable.from(readableStreamBody, { objectMode: false }), 'file.bin', job.size);
}
