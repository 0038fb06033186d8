import { inOwnName, program } from '../../../src/app/access/caller';
import { parsePrincipal } from '../../../src/app/access/principal';

const id = 'A0000000-0000-4000-8000-00000000000A';
const oid = { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: id };
const upn = { typ: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn', val: 'megan@contoso.com' };
const header = (principal: unknown): string => Buffer.from(JSON.stringify(principal)).toString('base64');
const aad = (...claims: unknown[]) => header({ auth_typ: 'aad', claims, name_typ: 'name', role_typ: 'roles' });

describe('x-ms-client-principal', () => {
  it('names a person by object id and UPN, with the app roles that are known', () => {
    const roles = ['Uploads.All', 'Something.Else', 'Uploads.Operate'].map((val) => ({ typ: 'roles', val }));
    expect(parsePrincipal(aad(oid, upn, ...roles))).toEqual({
      kind: 'person',
      id: id.toLowerCase(),
      name: 'megan@contoso.com',
      roles: ['Uploads.All', 'Uploads.Operate'],
    });
  });

  it.each([
    [
      'short claim names',
      [
        { typ: 'oid', val: id },
        { typ: 'preferred_username', val: 'megan@contoso.com' },
      ],
    ],
    ['a display name before the UPN', [oid, { typ: 'name', val: 'Alex <alex@contoso.com>' }, upn]],
  ])('is read with %s', (_what, claims) => {
    expect(parsePrincipal(aad(...claims))).toMatchObject({
      id: id.toLowerCase(),
      name: 'megan@contoso.com',
      roles: [],
    });
  });

  it.each([
    ['nothing', null],
    ['text that is no base64 of JSON', 'megan'],
    ['another provider', header({ auth_typ: 'google', claims: [oid, upn] })],
    ['no object id', aad(upn)],
    ['an object id that is none', aad({ ...oid, val: '../x' }, upn)],
    ['claims that are no list', header({ auth_typ: 'aad', claims: { oid } })],
    ['an array', header([])],
  ])('of %s names nobody', (_what, text) => {
    expect(parsePrincipal(text)).toBeUndefined();
  });
});

describe('me', () => {
  const guest = { kind: 'person', id: 'x', name: 'alex_fabrikam.com#EXT#@contoso.com', roles: [] } as const;

  it('is the mailbox of the person who asks', () => {
    expect(inOwnName(guest, 'me/messages/A=')).toBe('users/alex_fabrikam.com%23EXT%23@contoso.com/messages/A=');
    expect(inOwnName({ kind: 'person', id: 'x', roles: [] }, 'ME')).toBe('users/x');
  });

  it('is nobody else’s: other paths and programs keep theirs', () => {
    expect(inOwnName(guest, 'messages/me')).toBe('messages/me');
    expect(inOwnName(guest, 'mean/x')).toBe('mean/x');
    expect(inOwnName(program, 'me/messages/A=')).toBe('me/messages/A=');
  });
});
