import type { AttachOptions } from './effects';
import { newKey } from './ids';
import { type Json, only } from './json';
import { storedName } from './names';
import type { Attachment, AttachmentKind, Item, NewAttachment } from './records';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** Attaches: from now on the item has it, unless lists lag. */
export function attach(world: World, item: Item, values: NewAttachment, options: AttachOptions = {}): Attachment {
  const now = world.now();
  const graphId = world.ids.next('attachment');
  const twoIds = world.config.ids === 'two' && values.kind !== 'todoFile';
  const attachment: Attachment = {
    id: newKey('a'),
    graphId,
    immutableId: twoIds ? world.ids.next('immutableAttachment') : graphId,
    itemKey: item.id,
    bytes: 0,
    isInline: false,
    contentId: null,
    extra: {},
    committedAt: now,
    visibleAt: now + (options.listLagMs ?? world.config.listLagMs),
    ...values,
    name: options.storeName ?? storedName(values.name, { ...world.config.names, ...options.names }),
  };
  if (options.corruptBytes && attachment.file !== undefined) world.bytes.corrupt(attachment.file, attachment.bytes - 1);
  putAttachment(world, attachment);
  return attachment;
}

export function listed(world: World, item: Item): Attachment[] {
  return world.store.attachments.inGroup(item.id).filter(({ visibleAt }) => visibleAt <= world.now());
}

export function requireAttachment(world: World, item: Item, id: string): Attachment {
  const attachment = attachmentOf(world, id);
  if (attachment?.itemKey !== item.id) throw new Refusal('attachmentNotFound');
  return attachment;
}

/** The attachment of an id in either form. */
export function attachmentOf(world: World, id: string): Attachment | undefined {
  return world.store.attachments.get(world.store.attachmentNames.get(id)?.key ?? '');
}

function putAttachment(world: World, attachment: Attachment): void {
  world.store.attachments.put(attachment);
  for (const id of [attachment.graphId, attachment.immutableId])
    world.store.attachmentNames.put({ id, key: attachment.id });
}

/** Gives the attachments of a moved item other ids, as far as ids change in a move. */
export function renumberAttachments(world: World, itemKey: string, immutableToo: boolean): void {
  if (world.config.ids === 'one' && !immutableToo) return;
  for (const attachment of world.store.attachments.inGroup(itemKey)) {
    forgetNames(world, attachment);
    const graphId = world.ids.next('attachment');
    const kept = immutableToo ? world.ids.next('immutableAttachment') : attachment.immutableId;
    putAttachment(world, { ...attachment, graphId, immutableId: world.config.ids === 'one' ? graphId : kept });
  }
}

function forgetNames(world: World, { graphId, immutableId }: Attachment): void {
  for (const id of [graphId, immutableId]) world.store.attachmentNames.remove(id);
}

export function removeAttachment(world: World, attachment: Attachment): void {
  world.store.attachments.remove(attachment.id);
  forgetNames(world, attachment);
  if (attachment.file !== undefined) world.bytes.remove(attachment.file);
}

/** The hash of what is stored, kept once it is known. */
export async function sha256Of(world: World, attachment: Attachment): Promise<string | null> {
  if (attachment.file === undefined) return null;
  const sha256 = attachment.sha256 ?? (await world.bytes.sha256(attachment.file));
  if (attachment.sha256 === undefined && world.store.attachments.get(attachment.id) !== undefined)
    world.store.attachments.put({ ...attachment, sha256 });
  return sha256;
}

export function bytesOnItem(world: World, item: Item): number {
  return world.store.attachments.inGroup(item.id).reduce((sum, { bytes }) => sum + bytes, 0);
}

const ODATA_TYPE: Record<AttachmentKind, string> = {
  file: '#microsoft.graph.fileAttachment',
  item: '#microsoft.graph.itemAttachment',
  reference: '#microsoft.graph.referenceAttachment',
  todoFile: '#microsoft.graph.taskFileAttachment',
};

/** Larger files are listed without their base64, so that a list fits in memory. */
const INLINE_BYTES = 4 * 1024 * 1024;

/**
 * `size` as Graph tells it, never the byte count: 158 to 240 more for small files, 4.5 % more for large ones
 * (https://github.com/microsoftgraph/microsoft-graph-docs/issues/9796 and the example of the upload session's page).
 */
function sizeOf({ id, bytes }: Attachment): number {
  const more = 158 + ((id.charCodeAt(5) + id.charCodeAt(6)) % 83);
  return Math.max(bytes + more, Math.ceil(bytes * 1.045));
}

/** The resource as Graph shows it, before `$select`. */
export function resourceOf(world: World, attachment: Attachment, withContent: boolean, immutableIds: boolean): Json {
  const { kind, bytes, file, contentType, committedAt, graphId, immutableId, name, isInline, contentId } = attachment;
  const id = immutableIds ? immutableId : graphId;
  const lastModifiedDateTime = new Date(committedAt).toISOString().replace(/\.\d+Z/, 'Z');
  const size = sizeOf(attachment);
  const common = { '@odata.type': ODATA_TYPE[kind], id, lastModifiedDateTime, name, contentType, size };
  if (kind === 'todoFile') return common;
  const content =
    withContent && file !== undefined && bytes <= INLINE_BYTES ? world.bytes.read(file).toString('base64') : undefined;
  const fileOnly =
    kind === 'file'
      ? { contentId, contentLocation: null, ...(content === undefined ? {} : { contentBytes: content }) }
      : {};
  const media = kind === 'file' ? { '@odata.mediaContentType': contentType } : {};
  return { ...common, ...media, isInline, ...fileOnly, ...attachment.extra };
}

const BASE = ['id', 'name', 'contentType', 'size', 'isInline', 'lastModifiedDateTime'];

/** The properties that `$select` asks for. A derived one such as `contentId` cannot be named, except by its type. */
export function parseSelect(select: string | null): string[] | undefined {
  if (select === null || select.trim() === '') return undefined;
  const names = select.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !BASE.includes(name) && !/^microsoft\.graph\.\w+\/\w+$/.test(name));
  if (unknown !== undefined) throw new Refusal('selectUnknown', `Could not find a property named '${unknown}'`);
  return names.map((name) => name.replace(/^.*\//, ''));
}

export function selected(resource: Json, names: string[] | undefined): Json {
  if (names === undefined) return resource;
  return only(resource, ['@odata.type', '@odata.mediaContentType', 'id', ...names]);
}
