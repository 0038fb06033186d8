import type { AttachmentApi, ListedAttachment } from '../../core/wire/ports';
import { anyCase } from '../../core/wire/session';
import { cutShort } from './exchange';
import type { GraphCall, GraphClient } from './client';

/** What attachments have in Outlook and in To Do; without `$select` every file comes along as base64 (trap 21). */
export const commonProperties = 'id,name,contentType,size,lastModifiedDateTime';
const maxPages = 1000; // against a service that never ends

/** All pages of an item's attachments; a page that cannot be read makes the whole list unknown, never shorter. */
export async function listAttachments(
  graph: GraphClient,
  call: Pick<GraphCall, 'path' | 'version'>,
): ReturnType<AttachmentApi['list']> {
  const attachments: ListedAttachment[] = [];
  let reply = await graph.send({ method: 'GET', ...call, query: { $select: commonProperties } });
  for (let page = 0; page < maxPages; page++) {
    if (reply.kind === 'fault' || reply.status !== 200) return reply;
    const listed = parsePage(reply.json);
    if (listed === undefined) return cutShort('The answer is no list of attachments.');
    attachments.push(...listed);
    const next = anyCase(reply.json, '@odata.nextLink');
    if (typeof next !== 'string') return { kind: 'list', attachments };
    reply = await graph.follow(next);
  }
  return cutShort(`The list of attachments did not end after ${maxPages} pages.`);
}

function parsePage(json: unknown): ListedAttachment[] | undefined {
  const value = anyCase(json, 'value');
  if (!Array.isArray(value)) return undefined;
  const listed = value.map((entry): ListedAttachment | undefined => {
    const [id, name] = [anyCase(entry, 'id'), anyCase(entry, 'name')];
    return typeof id === 'string' ? { id, name: typeof name === 'string' ? name : '' } : undefined;
  });
  return listed.every((one) => one !== undefined) ? listed : undefined;
}
