import type { Requester } from '../../core/upload/record';

/** Who asks: a program with a function key, or a person who signed in. */
export type Caller = Program | Person;
interface Program {
  readonly kind: 'program';
}
export interface Person {
  readonly kind: 'person';
  /** The object id in the directory. It never changes, and no one else ever gets it. */
  readonly id: string;
  /** The user principal name, where the directory tells it. */
  readonly name?: string;
  readonly roles: readonly Role[];
}

/** The app roles of the registration: every allowed mailbox; every upload and delivery, whoever started it. */
export const roles = ['Uploads.All', 'Uploads.Operate'] as const;
export type Role = (typeof roles)[number];

export const program: Caller = { kind: 'program' };

/** Who a person is on a developer's machine, where nobody signs in. */
export const developer: Person = {
  kind: 'person',
  id: '00000000-0000-4000-8000-000000000001',
  name: 'megan@contoso.com',
  roles: [],
};

/** The path below which this caller finds its resources. */
export const doorOf = (caller: Caller): Door => (caller.kind === 'person' ? '/my' : '/api');
export type Door = '/api' | '/my';

/** What a record says of who asked for it; undefined for a program. */
export function requesterOf(caller: Caller): Requester | undefined {
  if (caller.kind === 'program') return undefined;
  return { id: caller.id, ...(caller.name === undefined ? {} : { name: caller.name }) };
}

/** A path whose owner is `me`, as that of the mailbox of a signed-in person; any other as it is. */
export function inOwnName(caller: Caller, path: string): string {
  if (caller.kind === 'program' || !/^me(\/|$)/i.test(path)) return path;
  const owner = encodeURIComponent(caller.name ?? caller.id).replaceAll('%40', '@');
  return `users/${owner}${path.slice(2)}`;
}
