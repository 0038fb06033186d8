import { kindOf } from '../../core/items/kinds';
import type { Item } from '../../core/items/path';
import type { AttachmentApi } from '../../core/wire/ports';
import type { WireReply } from '../../core/wire/reply';
import { commonProperties, listAttachments } from './attachmentPages';
import { readAtMost, readBody } from './bodyPieces';
import { ContentDigester } from './contentDigest';
import type { GraphCall, GraphClient, GraphVersion } from './client';

export interface GraphAttachmentsOptions {
  readonly graph: GraphClient;
  /** Where an item's form, or the resource in a POST's body, exists in one version only. Default: the client's own. */
  readonly versionOf?: (item: Item, body?: string) => GraphVersion | undefined;
  /** Where a new attachment is posted. Default: the item's `attachments`. */
  readonly postPathOf?: (item: Item) => readonly string[];
}

/** What every attachment of such an item has: a property of one kind alone, such as contentId, is refused by the service. */
const basePropertiesOf = ({ form }: Item): string =>
  kindOf(form).protocol === 'todo' ? commonProperties : `${commonProperties},isInline`;

/** An item's attachments over Graph (facts/outlook.md 2.5, 2.6). */
export function graphAttachments(options: GraphAttachmentsOptions): AttachmentApi {
  const { graph, versionOf, postPathOf = collectionOf } = options;
  const collection = (item: Item): Call => ({ path: collectionOf(item), version: versionOf?.(item) });
  const one = (item: Item, attachmentId: string): Call => ({
    path: [...collectionOf(item), attachmentId],
    version: versionOf?.(item),
  });
  return {
    list: (item) => listAttachments(graph, collection(item)),
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
    digest: (item, attachmentId, parts) =>
      graph.read(contentOf(one(item, attachmentId)), async (response, progressed) => {
        const digester = new ContentDigester(parts);
        await readBody(response, progressed, (piece) => {
          digester.add(piece);
          return true;
        });
        return digester.result();
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
const contentOf = ({ path, version }: Call): Call & Pick<GraphCall, 'headers'> => ({
  path: [...path, '$value'],
  version,
  headers: { 'Accept-Encoding': 'identity' },
});

/** To Do wraps one attachment as `{"value": {…}}`. */
function unwrapped(reply: WireReply): WireReply {
  if (reply.kind === 'fault' || typeof reply.json !== 'object' || reply.json === null) return reply;
  const { value } = reply.json as { value?: unknown };
  const wraps = typeof value === 'object' && value !== null && !('id' in reply.json);
  return wraps ? { ...reply, json: value } : reply;
}
