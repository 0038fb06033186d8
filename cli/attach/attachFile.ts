import { randomUUID } from 'node:crypto';
import { follow } from '../api/follow';
import { isFinal, isUnknown, type UploadView } from '../api/views';
import { Interrupted } from '../exitCodes';
import { waitText } from '../terminal/words';
import { findEarlierUpload } from './earlier';
import { putFile, readFile, type FileToAttach } from './fileToAttach';
import type { PlannedFile } from './plan';
import type { Run } from './run';
import { startOnce } from './startOnce';

/** How it ended, and whether an earlier run had done it. */
export interface Attached {
  readonly upload: UploadView;
  readonly already: boolean;
}

/** An upload that another run had started may be cancelled by that one: then it is this run's turn. */
const turns = 3;

/** Attaches one file to an item that exists: finds what was done before, puts it into storage, follows it to its end. */
export async function attachFile(planned: PlannedFile, item: string, run: Run): Promise<Attached> {
  const { signal } = run.cli.interrupts;
  const file = await readFile(planned, run.cli.stdin, signal);
  try {
    for (let turn = 1; ; turn++) {
      const { upload, already } = await begin(file, item, run);
      const ended = run.plan.wait && !isFinal(upload) ? await followUpload(upload, run) : upload;
      const wasOthers = already && (ended.status === 'cancelled' || (ended.status === 'failed' && !isUnknown(ended)));
      if (!wasOthers || signal.aborted || turn === turns) return { upload: ended, already };
    }
  } finally {
    run.progress.end(file.name);
    await file.local.close();
  }
}

async function begin(file: FileToAttach, item: string, run: Run): Promise<Attached> {
  const { api, plan, cli } = run;
  const { name, contentType, sha256 } = file;
  const wanted = { item, name, sha256 };
  const earlier = plan.again ? undefined : await findEarlierUpload(api, wanted);
  if (earlier?.kind === 'found') return { upload: earlier.resource, already: true };
  // the hash is found again by the reference, or by the blob's name where the reference is the caller's
  const blobName = plan.reference === undefined ? name : sha256;
  const blob = await putFile(api, file, blobName, cli.interrupts.signal, (step) => run.progress.show(name, step));
  if (cli.interrupts.signal.aborted) throw new Interrupted();
  const body = {
    blob,
    item,
    name,
    contentType,
    isInline: plan.inline,
    ...(plan.contentId === undefined ? {} : { contentId: plan.contentId }),
    reference: plan.reference ?? sha256,
    ...(plan.again ? { duplicate: 'allow' } : {}),
  };
  const generation = earlier?.generation ?? randomUUID();
  const find = () => findEarlierUpload(api, wanted);
  return {
    upload: await startOnce(api, '/api/uploads', body, ['upload', item, name, sha256, generation], find),
    already: false,
  };
}

/** Follows it, cancels it at Ctrl-C, and shows how far it is. */
export async function followUpload(upload: UploadView, { api, cli, progress }: Run): Promise<UploadView> {
  const { id, name } = upload;
  cli.interrupts.begun({ id, name });
  const onChange = (seen: UploadView): void => {
    const { bytesSent: done, bytesTotal: total } = seen.progress;
    const note = waitText(seen);
    progress.show(name, { phase: 'Outlook', done, total, ...(note === '' ? {} : { note }) });
  };
  const ended = await follow<UploadView>(api, `/api/uploads/${encodeURIComponent(id)}`, {
    onChange,
    cancel: cli.interrupts.signal,
  });
  cli.interrupts.ended(id);
  return ended;
}
