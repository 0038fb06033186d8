import type { Api } from '../api/api';
import { follow } from '../api/follow';
import type { DeliveryView, UploadView } from '../api/views';
import { attachmentLine, codeOf, tellDelivery, tellUpload } from '../attach/results';
import type { Cli } from '../cli';
import { progressOn, type Progress } from '../terminal/progress';
import { waitText } from '../terminal/words';
import type { Found } from './resource';

/** Follows it to its end and says how that was. @returns the exit code and the state at the end */
export async function watchToEnd(
  api: Api,
  found: Found,
  cli: Cli,
  json: boolean,
  cancel?: AbortSignal,
): Promise<{ code: number; view: UploadView | DeliveryView }> {
  const progress = progressOn(cli.screen);
  const options = cancel ? { cancel } : {};
  cli.interrupts.begun({ id: found.view.id, name: found.kind === 'upload' ? found.view.name : 'The delivery' });
  if (found.kind === 'upload') {
    const onChange = (seen: UploadView): void => show(progress, seen, '');
    const view = await follow<UploadView>(api, found.path, { ...options, onChange });
    progress.end(view.name);
    if (json) cli.screen.data(JSON.stringify(view));
    else if (view.status === 'succeeded') cli.screen.data(attachmentLine(view));
    tellUpload(cli.screen, view, false);
    return { code: codeOf(view), view };
  }
  const onChange = (seen: DeliveryView): void => seen.uploads.forEach((each) => show(progress, each, waitText(seen)));
  const view = await follow<DeliveryView>(api, found.path, { ...options, onChange });
  for (const upload of view.uploads) {
    progress.end(upload.name);
    if (!json && view.status === 'succeeded') cli.screen.data(attachmentLine(upload));
  }
  if (json) cli.screen.data(JSON.stringify(view));
  tellDelivery(cli.screen, view, false);
  return { code: codeOf(view), view };
}

function show(progress: Progress, upload: UploadView, otherNote: string): void {
  const { bytesSent: done, bytesTotal: total } = upload.progress;
  const note = waitText(upload) || otherNote;
  progress.show(upload.name, { phase: 'Outlook', done, total, ...(note === '' ? {} : { note }) });
}
