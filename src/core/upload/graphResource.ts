import type { AttachmentKind } from '../items/table';

export type ResourceKind = Exclude<AttachmentKind, 'file'>;

/** The Graph resource of an attachment that has no file, as a caller gives it. */
export interface AttachmentResource {
  readonly '@odata.type': `#microsoft.graph.${ResourceKind}`;
  readonly [property: string]: unknown;
}

/** The items that an item attachment may hold, by the type that Graph has for them, and what `$value` gives of each. */
const mediaTypes = { event: 'text/calendar', message: 'message/rfc822', contact: 'text/vcard' } as const;
export const attachableItem = /^#?microsoft\.graph\.(event|message|contact)$/;

export const resourceKind = (resource: AttachmentResource): ResourceKind =>
  resource['@odata.type'] === '#microsoft.graph.itemAttachment' ? 'itemAttachment' : 'referenceAttachment';

/** Its own name, where it has one. */
export const resourceName = ({ name }: AttachmentResource): string | undefined =>
  typeof name === 'string' ? name : undefined;

/** What it is for a reader: the form of the item in it, or a link. */
export function resourceMediaType({ item }: AttachmentResource): string {
  const type = typeof item === 'object' && item !== null ? (item as { '@odata.type'?: unknown })['@odata.type'] : '';
  const held = attachableItem.exec(String(type))?.[1] as keyof typeof mediaTypes | undefined;
  return held === undefined ? 'text/uri-list' : mediaTypes[held];
}

/** The JSON that is posted: under the attachment's name, its type first, where OData readers look for it. */
export function resourceText(resource: AttachmentResource, name: string, isInline: boolean): string {
  const { '@odata.type': type, ...properties } = resource;
  return JSON.stringify({ '@odata.type': type, ...properties, name, ...(isInline ? { isInline } : {}) });
}
