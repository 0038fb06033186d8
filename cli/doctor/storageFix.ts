import type { AzureFault } from './azureFault';
import type { StorageAccess } from './appSettings';

/**
 * What to do about a storage account that refuses.
 * Codes: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 * @param setting the connection's name
 * @param role what the identity needs
 */
export function storageFix(
  { status, code }: AzureFault,
  { access, blobEndpoint }: StorageAccess,
  setting: string,
  role: string,
): string {
  const account = accountName(blobEndpoint);
  if (/AuthorizationPermissionMismatch|AuthorizationServiceMismatch/.test(code)) {
    return access.kind === 'identity'
      ? `Give the app's identity the role "${role}" on the account ${account}: az role assignment create --role "${role}" ` +
          `--assignee-object-id <principal id> --assignee-principal-type ServicePrincipal --scope <resource id of ${account}>. It takes up to ten minutes.`
      : `The SAS in ${setting} does not allow this: it needs what the role "${role}" gives. Better: an identity with that role.`;
  }
  if (/AuthorizationFailure/.test(code))
    return `The account's network rules keep this machine out, or the identity has no role at all. It needs the role "${role}" on ${account}.`;
  if (/KeyBasedAuthenticationNotPermitted/.test(code))
    return `The account takes no keys: use ${setting}__blobServiceUri, __queueServiceUri, __tableServiceUri and an identity with the role "${role}".`;
  if (/AuthenticationFailed|InvalidAuthenticationInfo/.test(code) || status === 401)
    return `The key or SAS in ${setting} is wrong or has expired, or this machine's clock is.`;
  if (/ENOTFOUND|EAI_AGAIN/.test(code))
    return `There is no account ${account}, or no name service here. Check ${setting}.`;
  if (/ECONNREFUSED/.test(code)) return 'Nothing listens there. Is Azurite running (npm start)?';
  if (/AADSTS|Credential|Authentication/.test(code))
    return access.kind === 'identity' && access.managed
      ? `${setting}__credential asks for a managed identity, which exists only in Azure: run this there, or without it and after az login.`
      : 'Sign in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.';
  return `Check ${setting}, the account ${account} and its network rules.`;
}

/** devstoreaccount1 of http://127.0.0.1:10000/devstoreaccount1, contoso of https://contoso.blob.core.windows.net */
export function accountName(blobEndpoint: string): string {
  if (!URL.canParse(blobEndpoint)) return '(none)';
  const { hostname, pathname } = new URL(blobEndpoint);
  return pathname.length > 1 ? pathname.slice(1) : (hostname.split('.')[0] ?? hostname);
}
