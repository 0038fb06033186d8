import { Person, Role, roles } from './caller';

/**
 * The signed-in person of `x-ms-client-principal`: base64 of JSON that App Service authentication writes, and takes off
 * requests that bring their own (https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities).
 * Undefined where it names no person of the directory.
 */
export function parsePrincipal(header: string | null): Person | undefined {
  const principal = header === null ? undefined : decoded(header);
  if (!isObject(principal) || principal['auth_typ'] !== 'aad') return undefined; // another provider's names prove nothing
  const claims = Array.isArray(principal['claims']) ? principal['claims'].filter(isObject) : [];
  const valuesOf = (types: readonly string[]): string[] =>
    types.flatMap((type) => claims.filter(({ typ }) => typ === type).map(({ val }) => String(val)));
  const [id] = valuesOf(objectIdClaims);
  if (id === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined;
  const name = valuesOf(nameClaims).find((text) => /^[^\s@]+@[^\s@]+$/.test(text));
  const roleType = principal['role_typ'];
  const given = valuesOf([...roleClaims, ...(typeof roleType === 'string' ? [roleType] : [])]);
  return {
    kind: 'person',
    id: id.toLowerCase(),
    ...(name === undefined ? {} : { name }),
    roles: roles.filter((role): role is Role => given.includes(role)),
  };
}

const objectIdClaims = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];
/** The user principal name first. A v2.0 token has it as preferred_username: Microsoft keeps it unique within one directory. */
const nameClaims = ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn', 'upn', 'preferred_username'];
const roleClaims = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

function decoded(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
