import { ApiError, problemText } from '../api/apiError';
import { isUnknown, type DeliveryView, type ProblemView, type ResourceView, type UploadView } from '../api/views';
import { exitCode, Failure, Interrupted, UsageError } from '../exitCodes';
import type { Screen } from '../terminal/screen';
import { printable } from '../terminal/words';

/** `{attachment id}\t{name}`; `-` where the service gives no id. */
export function attachmentLine({ attachment, name }: UploadView): string {
  return `${attachment?.id ?? '-'}\t${printable(attachment?.name ?? name)}`;
}

/** How an upload or a delivery has ended, as an exit code. */
export function codeOf(resource: ResourceView): number {
  if (resource.status === 'succeeded') return exitCode.ok;
  return isUnknown(resource) ? exitCode.unknown : exitCode.failed;
}

/** Tells in words how an upload has ended. */
export function tellUpload(screen: Screen, upload: UploadView, already: boolean): void {
  const name = printable(upload.name);
  for (const { code, detail } of upload.warnings) screen.say(`${name}: ${detail} (${code})`);
  if (upload.status === 'succeeded') {
    const words = already
      ? 'was attached before; nothing was done. To attach it once more: --again'
      : `attached${upload.attachment?.verified === false ? ', not verified' : ' and verified'}`;
    screen.say(screen.green(`${name}: ${words}`));
    return;
  }
  tellUnsuccessful(screen, name, upload, 'the file');
}

/** Tells in words how a delivery has ended. */
export function tellDelivery(screen: Screen, delivery: DeliveryView, already: boolean): void {
  for (const upload of delivery.uploads) {
    for (const { code, detail } of upload.warnings) screen.say(`${printable(upload.name)}: ${detail} (${code})`);
  }
  if (delivery.status === 'succeeded') {
    const words = `${delivery.uploads.length} attached${delivery.sent === true ? ' and sent' : ''}`;
    const before = already ? ' before; nothing was done. To do it once more: --again' : '';
    screen.say(screen.green(`${words}${before}`));
    if (delivery.item !== null) screen.say(`Message: ${delivery.item}`);
    return;
  }
  tellUnsuccessful(screen, 'The delivery', delivery, delivery.send ? 'the message' : 'the files');
}

function tellUnsuccessful(screen: Screen, name: string, resource: ResourceView, what: string): void {
  const { status, error, id } = resource;
  if (status === 'cancelled') {
    screen.say(`${name}: cancelled; nothing is left behind`);
    return;
  }
  const reason = error ? problemText(error) : 'no reason given';
  const unknown = isUnknown(resource);
  screen.say(screen.red(`${name}: ${unknown ? 'outcome unknown' : 'failed'}. ${reason}`));
  if (unknown) screen.say(`Look in Outlook whether ${what} is there before you do it once more (--again).`);
  screen.say(`More: blob-to-outlook show ${id}`);
}

/** A fault of one file, as an exit code. Others are thrown on: they are faults of this program. */
export function codeOfError(error: unknown): number {
  if (error instanceof Interrupted || (error instanceof Error && error.name === 'AbortError'))
    return exitCode.interrupted;
  if (error instanceof UsageError) return exitCode.usage;
  if (error instanceof Failure) return exitCode.failed;
  throw error;
}

/** A fault as --json tells it. */
export function errorView(error: unknown): ProblemView {
  if (error instanceof ApiError) return error.problem;
  return { detail: error instanceof Error ? error.message : String(error) };
}
