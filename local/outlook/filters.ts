/** `$filter` on items: comparisons, `startswith`, `contains` and the search by one extended property, joined by `and`. */
import { parseExtendedFilter } from './extendedProperties';
import { isJson, type Json, textOf } from './json';
import type { Item } from './records';
import { Refusal } from './wireErrors';

export interface Filter {
  /** Properties in the order in which they are named. */
  readonly properties: readonly string[];
  readonly matches: (item: Item, properties: Json) => boolean;
}

const COMPARED = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
type Comparison = (typeof COMPARED)[number];

/** Undefined: there is none. `known`: the properties that can be filtered by. */
export function parseFilter(filter: string | null, known: readonly string[]): Filter | undefined {
  if (filter === null) return undefined;
  const clauses = splitByAnd(filter).map((clause) => parseClause(clause, known, filter));
  return {
    properties: clauses.map(({ property }) => property),
    matches: (item, properties) => clauses.every(({ matches }) => matches(item, properties)),
  };
}

/** At ` and ` outside of quotes and parentheses. */
function splitByAnd(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|[()]| +and +|[^'() ]+| +|'/gi)) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    if (depth === 0 && /^ +and +$/i.test(token)) parts.push('');
    else parts.push((parts.pop() ?? '') + token);
  }
  return parts.map((part) => part.trim());
}

interface Clause {
  readonly property: string;
  readonly matches: Filter['matches'];
}

function parseClause(clause: string, known: readonly string[], filter: string): Clause {
  const extended = parseExtendedFilter(clause);
  if (extended !== undefined) return { property: 'singleValueExtendedProperties', matches: extended };
  const [, call = '', of = '', text = ''] =
    /^(startswith|contains)\(([\w/]+), *'((?:[^']|'')*)'\)$/i.exec(clause) ?? [];
  if (call !== '' && known.includes(of)) {
    const part = text.replaceAll("''", "'").toLowerCase();
    const test = (value: string) => (call.toLowerCase() === 'contains' ? value.includes(part) : value.startsWith(part));
    return { property: of, matches: (_, properties) => test(textOf(valueAt(properties, of)).toLowerCase()) };
  }
  const [, property = '', word = '', literal = ''] = /^([\w/]+) +(\w\w) +(.+)$/.exec(clause) ?? [];
  const comparison = COMPARED.find((one) => one === word);
  const value = parseLiteral(literal);
  if (comparison === undefined || value === undefined || !known.includes(property))
    throw new Refusal('filterUnsupported', filter);
  return { property, matches: (_, properties) => compares(comparison, valueAt(properties, property), value) };
}

/** `'text'`, `true`, or a time without quotes; undefined where it is none of them. */
function parseLiteral(literal: string): string | boolean | undefined {
  if (/^(true|false)$/.test(literal)) return literal === 'true';
  const text = /^'((?:[^']|'')*)'$/.exec(literal)?.[1];
  if (text !== undefined) return text.replaceAll("''", "'");
  return /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(literal) ? new Date(literal).toISOString() : undefined;
}

/** `start/dateTime` lies within `start`. */
export function valueAt(properties: Json, path: string): unknown {
  return path.split('/').reduce<unknown>((value, name) => (isJson(value) ? value[name] : undefined), properties);
}

function compares(comparison: Comparison, left: unknown, right: string | boolean): boolean {
  const [a, b] = [comparable(left), comparable(right)];
  switch (comparison) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
  }
}

/** Times are compared as times, however exactly they are written; other texts without case. */
export function comparable(value: unknown): string | number {
  if (typeof value !== 'string') return Number(value ?? NaN);
  return /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(/Z$/.test(value) ? value : `${value}Z`) : value.toLowerCase();
}
