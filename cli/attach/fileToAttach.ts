import type { Readable } from 'node:stream';
import { lookup } from 'mime-types';
import type { Api } from '../api/api';
import type { NewFileView } from '../api/views';
import { Failure } from '../exitCodes';
import type { Step } from '../terminal/progress';
import { LocalFile } from './localFile';
import type { PlannedFile } from './plan';
import { putBlocks } from './putBlocks';
import { readStandardInput } from './standardInput';

/** A file with its hash, open until it is in storage. */
export interface FileToAttach {
  readonly name: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly local: LocalFile;
}

/** Opens and hashes it. The caller closes `local`. */
export async function readFile(
  { path, name }: PlannedFile,
  stdin: Readable,
  signal: AbortSignal,
): Promise<FileToAttach> {
  const local = path === '-' ? await readStandardInput(stdin, signal) : await LocalFile.open(path);
  try {
    const sha256 = await local.sha256(signal);
    return { name, contentType: lookup(name) || 'application/octet-stream', sha256, local };
  } catch (error) {
    await local.close();
    throw error;
  }
}

/** Puts it into the app's storage. @returns the blob, as POST /api/uploads takes it */
export async function putFile(
  api: Api,
  { local, contentType, sha256 }: FileToAttach,
  /** the blob's own name */
  blobName: string,
  signal: AbortSignal,
  onStep: (step: Step) => void,
): Promise<string> {
  const body = { name: blobName, contentType, size: local.size };
  const { blob, uploadUrl, blockSize } = (await api.call<NewFileView>('POST', '/api/files', { body, signal })).body;
  if (!blob || !uploadUrl || !(blockSize > 0)) throw new Failure('POST /api/files gave no place for the file.');
  const show = (done: number): void => onStep({ phase: 'storage', done, total: local.size });
  show(0);
  await putBlocks(local, { uploadUrl, blockSize, contentType, sha256, onSent: show, signal });
  return blob;
}
