import type { AppSettings } from './appSettings';
import { failed, type Finding } from './finding';
import { type Graph, type GraphAnswer, send } from './graph';
import { graphFailure } from './graphFix';

/** Below 4 MiB, and a multiple of 320 KiB: https://learn.microsoft.com/graph/outlook-large-attachments */
const rangeBytes = 3_932_160;

/** Attaches bytes through an upload session, which is closed whatever happens. @returns what went wrong */
export async function sendBySession(
  graph: Graph,
  item: string,
  bytes: Buffer<ArrayBuffer>,
  service: AppSettings['graph'],
  check: string,
): Promise<Finding | undefined> {
  const json = { AttachmentItem: { attachmentType: 'file', name: 'doctor.bin', size: bytes.length } };
  const opened = await graph.call('POST', `${item}/attachments/createUploadSession`, { json });
  const uploadUrl = opened.body['uploadUrl'];
  if (opened.status !== 201 || typeof uploadUrl !== 'string') return graphFailure(check, opened);
  const fault = wrongHost(uploadUrl, service, check) ?? (await sendRanges(uploadUrl, bytes, check));
  if (fault) await send(uploadUrl, 'DELETE', {});
  return fault;
}

async function sendRanges(uploadUrl: string, bytes: Buffer<ArrayBuffer>, check: string): Promise<Finding | undefined> {
  let answer: GraphAnswer | undefined;
  for (let start = 0; start < bytes.length; start += rangeBytes) {
    const range = bytes.subarray(start, start + rangeBytes);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${start}-${start + range.length - 1}/${bytes.length}`,
    };
    answer = await send(uploadUrl, 'PUT', { bytes: range, headers });
    if (answer.status !== 200 && answer.status !== 201) return graphFailure(check, answer);
  }
  return answer?.status === 201
    ? undefined
    : failed(check, 'The last range did not end the session.', 'Run this again.');
}

/** The app sends bytes to these hosts only. */
function wrongHost(uploadUrl: string, { loopback, uploadHosts }: AppSettings['graph'], check: string) {
  const host = URL.canParse(uploadUrl) ? new URL(uploadUrl).hostname : '';
  const fits = (pattern: string): boolean =>
    pattern.startsWith('*.') ? host.endsWith(pattern.slice(1).toLowerCase()) : host === pattern.toLowerCase();
  if (uploadHosts.some(fits)) return undefined;
  if (loopback && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(host)) return undefined;
  return failed(
    check,
    `Upload URLs have the host ${host}, which UPLOAD_HOSTS does not name.`,
    `Add ${host} to UPLOAD_HOSTS.`,
  );
}
