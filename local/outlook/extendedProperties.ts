/** Extended properties: the marks by which a client finds its drafts again. */
import { isJson } from './json';
import type { Item } from './records';
import { Refusal } from './wireErrors';

/** `String {guid} Name X`: type and guid are compared without case, the name with it. */
function propertyId(id: string): string {
  const [, type = '', guid = '', name = ''] = /^(\w+) \{([0-9a-f-]{36})\} Name (.+)$/i.exec(id) ?? [];
  if (name === '') throw new Refusal('bodyInvalid', `extended property id ${id}`);
  return `${type.toLowerCase()} {${guid.toLowerCase()}} ${name}`;
}

/** `[{ id, value }]` of a message's JSON. */
export function parseExtended(list: unknown): { id: string; value: string }[] {
  if (!Array.isArray(list)) throw new Refusal('bodyInvalid', 'singleValueExtendedProperties');
  return list.map((entry: unknown) => {
    const { id, value } = isJson(entry) ? entry : {};
    if (typeof id !== 'string' || typeof value !== 'string') throw new Refusal('bodyInvalid', 'extended property');
    propertyId(id);
    return { id, value };
  });
}

const FILTER =
  /^singleValueExtendedProperties\/any\((\w+): *\1\/id eq '((?:[^']|'')+)' and \1\/value eq '((?:[^']|'')*)'\)$/i;

/** Undefined where the clause of a `$filter` is another one. */
export function parseExtendedFilter(clause: string): ((item: Item) => boolean) | undefined {
  const [, , id, value] = FILTER.exec(clause.trim()) ?? [];
  if (id === undefined || value === undefined) return undefined;
  const [wanted, text] = [propertyId(id.replaceAll("''", "'")), value.replaceAll("''", "'")];
  return ({ extended }) => extended.some((property) => propertyId(property.id) === wanted && property.value === text);
}
