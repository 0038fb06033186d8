import { type BodyContext, parseAttachment, type ParsedAttachment } from './attachmentBodies';
import {
  attach,
  bytesOnItem,
  listed,
  parseSelect,
  removeAttachment,
  requireAttachment,
  resourceOf,
  selected,
} from './attachments';
import type { CommitOptions } from './effects';
import type { Exchange } from './http';
import { newKey } from './ids';
import { pathOf, requireItem, segmentsOf } from './items';
import type { Item } from './records';
import type { Call } from './call';
import { checkMessageSize } from './sessions';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

export function bodyContext(
  world: World,
  item: Item,
  version: Target['version'],
  method: BodyContext['method'],
): BodyContext {
  return { version, kind: item.kind, method, sniff: world.config.contentTypeSniffing };
}

/** Stores the content, then attaches. */
export function attachParsed(world: World, item: Item, { values, content }: ParsedAttachment, options: CommitOptions) {
  if (content === undefined) return attach(world, item, values, options);
  const file = newKey('f');
  world.bytes.write(file, content);
  return attach(
    world,
    item,
    { ...values, file },
    content.length === 0 ? { ...options, corruptBytes: undefined } : options,
  );
}

/** POST …/attachments: the whole file in one JSON body. */
export async function postAttachment(
  world: World,
  exchange: Exchange,
  { path, version, immutableIds }: Target,
): Promise<Call> {
  const item = requireItem(world, path);
  if (item.kind === 'post') throw new Refusal('postTakesReplies');
  const body = await exchange.json(world.config.jsonMaxBytes);
  const parsed = parseAttachment(body, bodyContext(world, item, version, 'post'));
  checkMessageSize(world, item, parsed.values.bytes ?? 0);
  return {
    op: 'postAttachment',
    item,
    name: parsed.values.name,
    commit: (options) => {
      const attachment = attachParsed(world, requireItem(world, path), parsed, options);
      const context = {
        '@odata.context': `${world.graphUrl}/${version}/$metadata#${encodeURIComponent(pathOf(item))}/attachments/$entity`,
      };
      return { status: 201, json: { ...context, ...resourceOf(world, attachment, true, immutableIds) } };
    },
  };
}

/** GET …/attachments: `$filter` is ignored, every `contentBytes` comes along unless it is selected away. */
export function listAttachments(world: World, _: Exchange, { path, version, query, immutableIds }: Target): Call {
  const item = requireItem(world, path);
  const names = parseSelect(query.get('$select'));
  if (query.has('$filter')) world.journal.broke('filterIgnored', 'listAttachments', '', pathOf(item));
  if (names === undefined && item.kind !== 'todoTask')
    world.journal.broke(
      'contentBytesNotSelectedAway',
      'listAttachments',
      `${bytesOnItem(world, item)} bytes`,
      pathOf(item),
    );
  const withContent = names === undefined || names.includes('contentBytes');
  return {
    op: 'listAttachments',
    item,
    commit: () => {
      const rows = listed(world, item);
      const size = world.config.listPageSize || rows.length;
      const skip = Number(query.get('$skip') ?? 0);
      const page = rows.slice(skip, skip + size);
      const next = new URLSearchParams(query);
      next.set('$skip', String(skip + size));
      const link = `${world.graphUrl}/${version}/${encodedPath(item)}/attachments?${next.toString()}`;
      const context = { '@odata.context': `${world.graphUrl}/${version}/$metadata#attachments` };
      const value = page.map((row) => selected(resourceOf(world, row, withContent, immutableIds), names));
      return {
        status: 200,
        json: { ...context, value, ...(skip + size < rows.length ? { '@odata.nextLink': link } : {}) },
      };
    },
  };
}

const encodedPath = (item: Item): string => segmentsOf(item).map(encodeURIComponent).join('/');

export function getAttachment(world: World, _: Exchange, { path, version, query, ids, immutableIds }: Target): Call {
  const item = requireItem(world, path);
  const attachment = requireAttachment(world, item, ids[0] ?? '');
  const names = parseSelect(query.get('$select'));
  return {
    op: 'getAttachment',
    item,
    name: attachment.name,
    commit: () => {
      const resource = selected(
        resourceOf(world, attachment, names === undefined || names.includes('contentBytes'), immutableIds),
        names,
      );
      const context = { '@odata.context': `${world.graphUrl}/${version}/$metadata#attachments/$entity` };
      const wrapped = item.kind === 'todoTask' && world.config.todoGetWrapped;
      return { status: 200, json: wrapped ? { value: resource } : { ...context, ...resource } };
    },
  };
}

export function deleteAttachment(world: World, _: Exchange, { path, ids }: Target): Call {
  const item = requireItem(world, path);
  const { graphId, name } = requireAttachment(world, item, ids[0] ?? '');
  return {
    op: 'deleteAttachment',
    item,
    name,
    commit: () => {
      removeAttachment(world, requireAttachment(world, item, graphId));
      return { status: 204 };
    },
  };
}
