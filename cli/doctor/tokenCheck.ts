import { DefaultAzureCredential } from '@azure/identity';
import type { AppSettings } from './appSettings';
import { azureFaultOf } from './azureFault';
import { failed, type Finding, ok, warning } from './finding';

const tokenMs = 60_000;
const check = 'token for Microsoft Graph';

/** A token as the app gets it, or why there is none. */
export async function tokenCheck({ graph }: AppSettings): Promise<{ findings: Finding[]; bearer?: string }> {
  if (graph.loopback)
    return { findings: [ok(check, 'None is needed: GRAPH_ENDPOINT is on this machine.')], bearer: 'local' };
  try {
    const credential = new DefaultAzureCredential();
    const token = await credential.getToken(`${graph.root}/.default`, { abortSignal: AbortSignal.timeout(tokenMs) });
    const bearer = token.token;
    return { findings: [ok(check, `The identity gives one for ${graph.root}.`), ...permissions(bearer)], bearer };
  } catch (error) {
    const { code } = azureFaultOf(error);
    const fix =
      'Sign in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; in Azure give the app an ' +
      'identity and set AZURE_CLIENT_ID to it. Codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes';
    return { findings: [failed(check, `The identity service gave none (${code}).`, fix)] };
  }
}

/** Permissions that were consented to in Entra stand in the token; those of Exchange's RBAC do not. */
function permissions(token: string): Finding[] {
  const roles = claimsOf(token)['roles'];
  const mail = Array.isArray(roles) ? roles.filter((role) => /^(Mail|Calendars)\./.test(String(role))).map(String) : [];
  if (mail.length === 0) return [];
  return [
    warning(
      'permissions in the token',
      `${mail.join(', ')} were consented to in Entra: they open every mailbox of the tenant.`,
      'Remove that consent and grant them through Exchange’s RBAC for Applications, for the mailboxes that are meant.',
    ),
  ];
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as unknown;
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
