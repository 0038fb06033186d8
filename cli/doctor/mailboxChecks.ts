import { randomBytes } from 'node:crypto';
import type { AppSettings } from './appSettings';
import { failed, type Finding, type Findings, ok, skipped } from './finding';
import { Graph, type GraphAnswer } from './graph';
import { graphFailure } from './graphFix';
import { isAllowed, mailboxOf } from './mailboxes';
import { sendBySession } from './session';

const sizeBytes = 4_000_000;

/** A draft, a small file by one POST, one of 4 MB by an upload session, read back; everything is removed again. */
export async function* mailboxChecks(settings: AppSettings, text: string, bearer: string): Findings {
  const { graph: service } = settings;
  const mailbox = mailboxOf(text);
  const name = (step: string): string => `mailbox ${mailbox.owner}: ${step}`;
  if (!isAllowed(settings, mailbox))
    yield failed(name('allowed'), 'The app would answer 403 MailboxNotAllowed.', 'Add it to ALLOWED_MAILBOXES.');
  const graph = new Graph(service.root, service.version, bearer);
  const messages = `${mailbox.path}/messages`;
  const made = await graph.call('POST', messages, {
    json: { subject: 'blob-to-outlook doctor: this is removed again' },
  });
  if (made.status !== 201) {
    yield graphFailure(name('draft'), made);
    for (const step of ['small file', 'upload session of 4 MB']) yield skipped(name(step), 'There is no draft.');
    return;
  }
  yield ok(name('draft'), 'It was made.');
  const draft = `${messages}/${encodeURIComponent(idOf(made))}`;
  try {
    yield await smallFile(graph, draft, name('small file'));
    yield* largeFile(graph, draft, service, name('upload session of 4 MB'));
  } finally {
    const removed = await graph.call('DELETE', draft);
    yield removed.status === 204
      ? ok(name('clean-up'), 'The draft is deleted.')
      : leftBehind(name('clean-up'), removed);
  }
}

const idOf = ({ body }: GraphAnswer): string => (typeof body['id'] === 'string' ? body['id'] : '');

const leftBehind = (check: string, answer: GraphAnswer): Finding =>
  failed(check, graphFailure(check, answer).detail, 'Delete the draft "blob-to-outlook doctor" in Outlook.');

async function smallFile(graph: Graph, draft: string, check: string): Promise<Finding> {
  const json = {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name: 'doctor.txt',
    contentBytes: Buffer.from('doctor').toString('base64'),
  };
  const posted = await graph.call('POST', `${draft}/attachments`, { json });
  return posted.status === 201 ? ok(check, 'It was attached by one POST.') : graphFailure(check, posted);
}

async function* largeFile(graph: Graph, draft: string, service: AppSettings['graph'], check: string): Findings {
  const fault = await sendBySession(graph, draft, randomBytes(sizeBytes), service, check);
  if (fault) {
    yield fault;
    return;
  }
  const listed = await graph.call('GET', `${draft}/attachments?$select=id,name,size`);
  if (listed.status !== 200) yield graphFailure(check, listed);
  else if (!Array.isArray(listed.body['value']) || listed.body['value'].length < 2)
    yield failed(
      check,
      'Its last range was taken, but the draft does not list it.',
      'Run this again in a few minutes.',
    );
  else yield ok(check, 'It was attached in two ranges, and the draft lists it.');
}
