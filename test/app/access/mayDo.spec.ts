import type { Caller, Role } from '../../../src/app/access/caller';
import { Action, mayDo, Target } from '../../../src/app/access/mayDo';

const megan = 'a0000000-0000-4000-8000-00000000000a';
const alex = 'b0000000-0000-4000-8000-00000000000b';
const person = (...roles: Role[]): Caller => ({ kind: 'person', id: megan, name: 'Megan@Contoso.com', roles });

const callers = {
  program: { kind: 'program' },
  megan: person(),
  'megan with All': person('Uploads.All'),
  'megan with Operate': person('Uploads.Operate'),
  'megan with both': person('Uploads.All', 'Uploads.Operate'),
} satisfies Record<string, Caller>;

const mailbox = (owner: string): Target => ({ kind: 'mailbox', owner });
const job = (owner: string | undefined, ...askedBy: string[]): Target => ({ kind: 'job', owner, askedBy });
const targets = {
  'own mailbox by UPN': mailbox('megan@contoso.com'),
  'own mailbox in other case': mailbox('MEGAN@contoso.COM'),
  'own mailbox by id': mailbox(megan.toUpperCase()),
  'mailbox of alex': mailbox('alex@contoso.com'),
  'a lookalike of her own': mailbox('megan@contoso.com'.replace('m', '\u{1d5c6}')),
  'a group': mailbox('groups/a0000000-0000-4000-8000-00000000000a'),
  'her upload to her mailbox': job('megan@contoso.com', megan),
  'her upload to alex': job('alex@contoso.com', megan),
  'an upload that answered both': job('megan@contoso.com', alex, megan),
  'upload of alex to alex': job('alex@contoso.com', alex),
  'upload of a program to her mailbox': job('megan@contoso.com'),
  'upload without an item yet': job(undefined, alex),
} satisfies Record<string, Target>;

const onMailbox: Action[] = ['write', 'browse'];
const onJob: Action[] = ['see', 'operate', 'reach'];
const nothing: Action[] = [];

/** What each may do to what; all else is refused. */
const allowed: Record<Exclude<keyof typeof callers, 'program'>, Record<keyof typeof targets, Action[]>> = {
  megan: {
    'own mailbox by UPN': onMailbox,
    'own mailbox in other case': onMailbox,
    'own mailbox by id': onMailbox,
    'mailbox of alex': nothing,
    'a lookalike of her own': nothing,
    'a group': nothing,
    'her upload to her mailbox': onJob,
    'her upload to alex': onJob,
    'an upload that answered both': onJob,
    'upload of alex to alex': nothing,
    'upload of a program to her mailbox': nothing,
    'upload without an item yet': nothing,
  },
  'megan with All': {
    'own mailbox by UPN': onMailbox,
    'own mailbox in other case': onMailbox,
    'own mailbox by id': onMailbox,
    'mailbox of alex': onMailbox,
    'a lookalike of her own': onMailbox,
    'a group': onMailbox,
    'her upload to her mailbox': onJob,
    'her upload to alex': onJob,
    'an upload that answered both': onJob,
    'upload of alex to alex': nothing,
    'upload of a program to her mailbox': nothing,
    'upload without an item yet': nothing,
  },
  'megan with Operate': {
    'own mailbox by UPN': onMailbox,
    'own mailbox in other case': onMailbox,
    'own mailbox by id': onMailbox,
    'mailbox of alex': nothing,
    'a lookalike of her own': nothing,
    'a group': nothing,
    'her upload to her mailbox': onJob,
    'her upload to alex': onJob,
    'an upload that answered both': onJob,
    'upload of alex to alex': ['see', 'operate'],
    'upload of a program to her mailbox': onJob,
    'upload without an item yet': ['see', 'operate'],
  },
  'megan with both': {
    'own mailbox by UPN': onMailbox,
    'own mailbox in other case': onMailbox,
    'own mailbox by id': onMailbox,
    'mailbox of alex': onMailbox,
    'a lookalike of her own': onMailbox,
    'a group': onMailbox,
    'her upload to her mailbox': onJob,
    'her upload to alex': onJob,
    'an upload that answered both': onJob,
    'upload of alex to alex': onJob,
    'upload of a program to her mailbox': onJob,
    'upload without an item yet': ['see', 'operate'],
  },
};

const actionsFor = (target: Target): Action[] => (target.kind === 'mailbox' ? onMailbox : onJob);

describe.each(Object.entries(allowed))('%s', (name, table) => {
  it.each(Object.entries(table))('and %s: %j', (target, expected) => {
    const to = targets[target as keyof typeof targets];
    const caller = callers[name as keyof typeof callers];
    expect([...onMailbox, ...onJob].filter((action) => mayDo(caller, action, to))).toEqual(expected);
  });
});

it('a program may do everything', () => {
  for (const target of Object.values<Target>(targets))
    for (const action of actionsFor(target)) expect(mayDo(callers.program, action, target)).toBe(true);
});
