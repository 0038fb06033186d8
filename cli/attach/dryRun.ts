import { follow, requestCancel } from '../api/follow';
import type { Api } from '../api/api';
import type { CheckedView, UploadView } from '../api/views';
import { Failure, Interrupted } from '../exitCodes';
import { putFile, readFile } from './fileToAttach';
import type { PlannedFile } from './plan';
import type { Run } from './run';

/** Puts the file into storage, where it is removed after a day, and asks what would happen to it. */
export async function checkFile(planned: PlannedFile, item: string, run: Run): Promise<CheckedView> {
  const { api, plan, cli } = run;
  const { signal } = cli.interrupts;
  const file = await readFile(planned, cli.stdin, signal);
  try {
    const blob = await putFile(api, file, file.name, signal, (step) => run.progress.show(file.name, step));
    if (signal.aborted) throw new Interrupted();
    const { name, contentType, sha256 } = file;
    const contentId = plan.contentId === undefined ? {} : { contentId: plan.contentId };
    const reference = plan.reference ?? sha256;
    const body = { blob, item, name, contentType, isInline: plan.inline, ...contentId, reference, duplicate: 'allow' };
    const { body: answer } = await api.call<CheckedView | UploadView>('POST', '/api/uploads?dryRun=true', { body });
    if (answer.status === 'checked') return answer;
    await takeBack(api, answer.id);
    throw new Failure(
      `This app knows no dry run. It began to attach ${name}, and that was taken back. See: blob-to-outlook show ${answer.id}`,
    );
  } finally {
    run.progress.end(file.name);
    await file.local.close();
  }
}

/** An app that does not know the question took it for an upload. */
async function takeBack(api: Api, id: string): Promise<void> {
  const path = `/api/uploads/${encodeURIComponent(id)}`;
  await requestCancel(api, path);
  const { status } = await follow<UploadView>(api, path);
  if (status === 'succeeded') await api.call('DELETE', `${path}/attachment`);
}
