import { createHash, randomUUID } from 'node:crypto';
import type { Api } from '../api/api';
import { ApiError } from '../api/apiError';
import { follow } from '../api/follow';
import { isFinal, type DeliveryView } from '../api/views';
import { Interrupted } from '../exitCodes';
import { forEachLimited } from '../forEachLimited';
import { waitText } from '../terminal/words';
import { decisive, uploads, type Earlier } from './earlier';
import { putFile, readFile, type FileToAttach } from './fileToAttach';
import type { AttachPlan, Target } from './plan';
import type { Run } from './run';
import { startOnce } from './startOnce';

/** How a delivery ended, and whether an earlier run had made it. */
export interface Delivered {
  readonly delivery: DeliveryView;
  readonly already: boolean;
}

const filesAtOnce = 4;

/** Attaches all files to one draft, and sends it if that is asked for: one delivery. */
export async function deliver(run: Run): Promise<Delivered> {
  const { plan, cli } = run;
  const { signal } = cli.interrupts;
  const files = await forEachLimited(filesAtOnce, plan.files, (file) => readFile(file, cli.stdin, signal));
  try {
    const { delivery, already } = await begin(files, run);
    return { delivery: plan.wait && !isFinal(delivery) ? await followDelivery(delivery, run) : delivery, already };
  } finally {
    for (const { name, local } of files) {
      run.progress.end(name);
      await local.close();
    }
  }
}

async function begin(files: readonly FileToAttach[], run: Run): Promise<Delivered> {
  const { api, plan, cli, progress } = run;
  const digest = digestOf(plan, files);
  const find = (): Promise<Earlier<DeliveryView>> => findEarlierDelivery(api, plan, digest);
  const earlier = plan.again ? undefined : await find();
  if (earlier?.kind === 'found') return { delivery: earlier.resource, already: true };
  const blobs = await forEachLimited(filesAtOnce, files, (file) =>
    putFile(api, file, plan.reference === undefined ? file.name : digest, cli.interrupts.signal, (step) =>
      progress.show(file.name, step),
    ),
  );
  if (cli.interrupts.signal.aborted) throw new Interrupted();
  const attachments = files.map(({ name, contentType }, index) => ({
    blob: blobs[index],
    name,
    contentType,
    isInline: plan.inline,
    ...(plan.contentId === undefined ? {} : { contentId: plan.contentId }),
  }));
  const body = { ...targetOf(plan.target), attachments, send: plan.send, reference: plan.reference ?? digest };
  const generation = earlier?.generation ?? randomUUID();
  const seed = ['delivery', digest, generation];
  return { delivery: await startOnce(api, '/api/deliveries', body, seed, find), already: false };
}

function targetOf(target: Target): Record<string, unknown> {
  if (target.kind === 'item') return { item: target.item };
  const { mailbox, subject, to } = target;
  const toRecipients = to.map((address) => ({ emailAddress: { address } }));
  return { mailbox, message: { ...(subject === undefined ? {} : { subject }), toRecipients } };
}

/** The same for the same files under the same names, for the same target. */
const digestOf = ({ target, send, inline, contentId }: AttachPlan, files: readonly FileToAttach[]): string =>
  createHash('sha256')
    .update(JSON.stringify([target, send, inline, contentId, files.map(({ name, sha256 }) => [name, sha256])]))
    .digest('hex');

/** A delivery is found by its uploads: they carry its reference and its id. */
async function findEarlierDelivery(api: Api, plan: AttachPlan, digest: string): Promise<Earlier<DeliveryView>> {
  const reference = plan.reference ?? digest;
  const found = await uploads(
    api,
    { reference },
    (each) => each.delivery !== undefined && (each.reference === digest || each.blob?.endsWith(`/${digest}`) === true),
  );
  const ids = [...new Set(found.map(({ delivery }) => delivery ?? ''))];
  const deliveries = await forEachLimited(filesAtOnce, ids, (id) => deliveryOf(api, id));
  return decisive(deliveries.filter((each) => each !== undefined));
}

async function deliveryOf(api: Api, id: string): Promise<DeliveryView | undefined> {
  try {
    return (await api.call<DeliveryView>('GET', `/api/deliveries/${encodeURIComponent(id)}`)).body;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined; // older than the app keeps
    throw error;
  }
}

/** Follows it, cancels it at Ctrl-C, and shows how far each file is. */
export async function followDelivery(delivery: DeliveryView, { api, cli, progress }: Run): Promise<DeliveryView> {
  const { id } = delivery;
  cli.interrupts.begun({ id, name: `The delivery ${id}` });
  const onChange = (seen: DeliveryView): void => {
    for (const upload of seen.uploads) {
      const { bytesSent: done, bytesTotal: total } = upload.progress;
      if (done === 0 && upload.status === 'queued') continue; // they go one after the other
      const note = waitText(upload) || waitText(seen);
      progress.show(upload.name, { phase: 'Outlook', done, total, ...(note === '' ? {} : { note }) });
    }
  };
  const path = `/api/deliveries/${encodeURIComponent(id)}`;
  const ended = await follow<DeliveryView>(api, path, { onChange, cancel: cli.interrupts.signal });
  cli.interrupts.ended(id);
  return ended;
}
