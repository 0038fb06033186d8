import { type Finding, failed } from './finding';
import type { GraphAnswer } from './graph';

/** A finding for an answer of Graph that is no success. */
export function graphFailure(check: string, answer: GraphAnswer): Finding {
  const { status, code, requestId } = answer;
  const id = requestId === undefined ? '' : ` Microsoft's request id: ${requestId}.`;
  const what =
    status === 0 ? `Microsoft Graph gave no answer (${code}).` : `Microsoft Graph answered ${status} ${code}.`;
  return failed(check, `${what}${id}`, fixOf(answer));
}

function fixOf({ status, code }: GraphAnswer): string {
  if (status === 0)
    return 'Check GRAPH_ENDPOINT, and that this machine may reach it. Is the stand-in running (npm start)?';
  if (status === 401)
    return 'The token was refused: GRAPH_ENDPOINT must be the cloud of the identity’s tenant, and the credential current.';
  if (status === 403)
    return (
      'Grant Mail.ReadWrite for this mailbox, by Exchange’s RBAC for Applications (New-ManagementRoleAssignment). ' +
      'It takes up to two hours to work, though Test-ServicePrincipalAuthorization says InScope at once.'
    );
  if (status === 404)
    return 'There is no such mailbox in Exchange Online: check the name, its licence, and that it is not on premises.';
  if (/QuotaExceeded|StoreFull/i.test(code))
    return 'The mailbox is full: make room in it, or name another with --mailbox.';
  if (status === 429 || status >= 500)
    return 'Microsoft Graph is busy or has a problem: run this again in a few minutes.';
  return 'See https://learn.microsoft.com/graph/errors for the code.';
}
