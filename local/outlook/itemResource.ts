/** Items as Graph shows them. */
import { createHash } from 'node:crypto';
import { parseSelect, resourceOf, selected } from './attachments';
import { type Json, only } from './json';
import type { Item } from './records';
import { checkSelect } from './resourceProperties';
import type { Reply } from './reply';
import type { Target } from './target';
import type { World } from './world';

const at = (ms: number): string => new Date(ms).toISOString();

/** What filters and orders may look at; drafts, too, have times of receipt and of sending. */
export function propertiesOf(item: Item): Json {
  const { kind, isDraft, createdAt, modifiedAt, chain, props, sent = [] } = item;
  const common = { createdDateTime: at(createdAt), lastModifiedDateTime: at(modifiedAt) };
  if (kind === 'post') return { ...common, receivedDateTime: at(createdAt), ...props };
  if (kind === 'event') return { ...common, isOrganizer: true, ...props };
  if (kind !== 'message') return { ...common, ...props };
  const time = at(sent.at(-1)?.at ?? createdAt);
  return {
    ...common,
    isDraft,
    parentFolderId: chain.at(-1),
    sentDateTime: time,
    receivedDateTime: time,
    internetMessageId: internetMessageId(item),
    toRecipients: [],
    ccRecipients: [],
    bccRecipients: [],
    ...props,
  };
}

/** It stays the same from the draft to the copy in Sent Items. */
function internetMessageId({ id, owner }: Item): string {
  return `<${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${owner.split('@')[1] ?? 'contoso.com'}>`;
}

/** The item as Graph shows it. With `Prefer: IdType="ImmutableId"` its id is the one that never changes. */
export function itemResource(world: World, item: Item, target: Pick<Target, 'immutableIds' | 'query'>): Json {
  const { query, immutableIds } = target;
  const attachments = world.store.attachments.inGroup(item.id);
  const resource = {
    id: immutableIds ? item.immutableId : item.graphId,
    hasAttachments: attachments.some(({ isInline }) => !isInline),
    ...propertiesOf(item),
  };
  const names = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  checkSelect(item.kind, names);
  const expanded = query.get('$expand') ?? '';
  const extended = /\bsingleValueExtendedProperties\b/i.test(expanded) && item.extended.length > 0;
  const [, select] = /\battachments\b(?:\(\$select=([^)]*)\))?/i.exec(expanded) ?? [undefined, undefined];
  return {
    ...(names === undefined ? resource : only(resource, ['id', ...names])),
    ...(extended ? { singleValueExtendedProperties: item.extended } : {}),
    ...(/\battachments\b/i.test(expanded)
      ? { attachments: expandedAttachments(world, item, select, immutableIds) }
      : {}),
  };
}

function expandedAttachments(world: World, item: Item, select: string | undefined, immutableIds: boolean): Json[] {
  const names = parseSelect(select ?? null);
  const withContent = names === undefined || names.includes('contentBytes');
  const rows = world.store.attachments.inGroup(item.id).filter(({ visibleAt }) => visibleAt <= world.now());
  return rows.map((row) => selected(resourceOf(world, row, withContent, immutableIds), names));
}

/** A resource or a list with its context. */
export function answer(world: World, target: Target, status: number, resource: Json): Reply & { json: Json } {
  const context = `${world.graphUrl}/${target.version}/$metadata#${target.path.owner}/messages`;
  return { status, json: { '@odata.context': context, ...resource } };
}
