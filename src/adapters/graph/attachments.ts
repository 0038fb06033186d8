import { kindOf } from '../../core/items/kinds';
import type { Item } from '../../core/items/path';
import { ByteRange, lengthOf } from '../../core/byteRange';
import type { AttachmentApi } from '../../core/wire/ports';
import type { WireReply } from '../../core/wire/reply';
import { parseListed } from '../../core/wire/resources';
import { readAtMost, readBody } from './bodyPieces';
import { ContentDigester } from './contentDigest';
import { cutShort } from './exchange';
import type { GraphCall, GraphClient, GraphVersion } from './client';
import { readPages } from './pages';

export interface GraphAttachmentsOptions {
  readonly graph: GraphClient;
  /** Where an item's form, or the resource in a POST's body, exists in one version only. Default: the client's own. */
  readonly versionOf?: (item: Item, body?: string) => GraphVersion | undefined;
  /** Where a new attachment is posted. Default: the item's `attachments`. */
  readonly postPathOf?: (item: Item) => readonly string[];
}

/** What attachments have in Outlook and in To Do. Without `$select` every file comes along (docs/outlook-facts.md#list-select). */
const commonProperties = 'id,name,contentType,size,lastModifiedDateTime';

/** What every attachment of such an item has: a property of one kind alone, such as contentId, is refused by the service. */
const basePropertiesOf = ({ form }: Item): string =>
  kindOf(form).protocol === 'todo' ? commonProperties : `${commonProperties},isInline`;

/** An item's attachments over Graph (docs/outlook-facts.md#small-post, docs/outlook-facts.md#list-select). */
export function graphAttachments(options: GraphAttachmentsOptions): AttachmentApi {
  const { graph, versionOf, postPathOf = collectionOf } = options;
  const collection = (item: Item): Call => ({ path: collectionOf(item), version: versionOf?.(item) });
  const one = (item: Item, attachmentId: string): Call => ({
    path: [...collectionOf(item), attachmentId],
    version: versionOf?.(item),
  });
  return {
    async list(item) {
      const call = { ...collection(item), query: { $select: basePropertiesOf(item) } };
      const reply = await readPages(graph, call, parseListed, 'a list of attachments');
      return reply.kind === 'values' ? { kind: 'list', attachments: reply.values } : reply;
    },
    post: (item, body) =>
      graph.send({ method: 'POST', path: postPathOf(item), version: versionOf?.(item, body), body }),
    remove: (item, attachmentId) => graph.send({ method: 'DELETE', ...one(item, attachmentId) }),
    metadata: async (item, attachmentId, select) =>
      unwrapped(
        await graph.send({
          method: 'GET',
          ...one(item, attachmentId),
          query: { $select: select ?? basePropertiesOf(item) },
        }),
      ),
    digest: (item, attachmentId, parts, range) =>
      graph.read(contentOf(one(item, attachmentId), range), async (response, progressed) => {
        const part = response.status === 206 ? rangeOf(response) : undefined;
        if (response.status === 206 && part?.start !== range?.start) return cutShort('The answer is another range.');
        const digester = new ContentDigester(part ? parts.filter((each) => isWithin(each, part)) : parts);
        await readBody(response, progressed, (piece) => {
          digester.add(piece);
          return true;
        });
        const digest = digester.result();
        if (part && digest.sizeBytes !== lengthOf(part)) return cutShort('The range came incomplete.');
        return part ? { ...digest, range: part } : digest;
      }),
    value: (item, attachmentId, maxBytes) =>
      graph.read(contentOf(one(item, attachmentId)), async (response, progressed) => {
        const bytes = await readAtMost(response, maxBytes, progressed);
        if (bytes === undefined) return { kind: 'tooLarge' };
        return { kind: 'value', bytes, contentType: response.headers.get('content-type') ?? undefined };
      }),
  };
}

type Call = Pick<GraphCall, 'path' | 'version'>;

const collectionOf = ({ segments }: Item): readonly string[] => [...segments, 'attachments'];

/** Not compressed, so that Content-Length counts the file's own bytes. */
const contentOf = ({ path, version }: Call, range?: ByteRange): Call & Pick<GraphCall, 'headers'> => ({
  path: [...path, '$value'],
  version,
  headers: {
    'Accept-Encoding': 'identity',
    ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` }),
  },
});

/** `Content-Range: bytes 0-99/200`; undefined where it says none. */
function rangeOf({ headers }: Response): ByteRange | undefined {
  const match = /^bytes (\d+)-(\d+)\//.exec(headers.get('content-range') ?? '');
  return match ? { start: Number(match[1]), end: Number(match[2]) } : undefined;
}

const isWithin = (part: ByteRange, range: ByteRange): boolean => range.start <= part.start && part.end <= range.end;

/** To Do wraps one attachment as `{"value": {…}}`. */
function unwrapped(reply: WireReply): WireReply {
  if (reply.kind === 'fault' || typeof reply.json !== 'object' || reply.json === null) return reply;
  const { value } = reply.json as { value?: unknown };
  const wraps = typeof value === 'object' && value !== null && !('id' in reply.json);
  return wraps ? { ...reply, json: value } : reply;
}
