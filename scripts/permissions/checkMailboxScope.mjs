// node scripts/permissions/checkMailboxScope.mjs --allowed MAILBOX --forbidden MAILBOX
// Asks Graph as the app: an allowed mailbox must answer, one outside the scope must answer 403. Reads one message's id, no
// content, and changes nothing.
// The token is that of `az login --service-principal` (or --identity on a machine that has the app's identity), or GRAPH_TOKEN.
// GRAPH_ENDPOINT: another cloud's Graph root. A managed identity's token can be had on its own app only: there, npm run doctor.
import { parseArgs } from 'node:util';
import { az } from '../azure/az.mjs';

const root = (process.env['GRAPH_ENDPOINT'] ?? 'https://graph.microsoft.com').replace(/\/$/, '');

function read() {
  try {
    const { values } = parseArgs({ options: { allowed: { type: 'string' }, forbidden: { type: 'string' } } });
    if (values.allowed && values.forbidden) return values;
  } catch (cause) {
    console.error(cause.message);
  }
  console.error('Usage: node scripts/permissions/checkMailboxScope.mjs --allowed MAILBOX --forbidden MAILBOX');
  process.exit(2);
}

const claimsOf = (token) => {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return {}; // opaque: what it may do shows in the answers
  }
};

/** What is wrong with the token itself: these make every answer below meaningless, or explain it. */
function tokenProblems({ scp, roles = [] }) {
  if (scp !== undefined) {
    return ["The token is a person's, not the app's. Sign in as the app: az login --service-principal …"];
  }
  const wide = roles.filter((role) => /^(Mail|Calendars)\./.test(role));
  return wide.length === 0
    ? []
    : [
        `Microsoft Entra grants ${wide.join(', ')} for the whole tenant, besides the scope of Exchange. Revoke it: scripts/permissions/graphAppRole.sh revoke PRINCIPAL_ID ${wide[0]}`,
      ];
}

async function ask(mailbox, token) {
  const url = `${root}/v1.0/users/${encodeURIComponent(mailbox)}/messages?$top=1&$select=id`;
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` }, redirect: 'error' });
  const { error } = await response.json().catch(() => ({}));
  return { status: response.status, code: error?.code ?? '', requestId: response.headers.get('request-id') ?? 'none' };
}

const { allowed, forbidden } = read();
const token =
  process.env['GRAPH_TOKEN'] ??
  az('account', 'get-access-token', '--resource', root, '--query', 'accessToken', '--output', 'tsv');
const problems = tokenProblems(claimsOf(token));
const [inside, outside] = await Promise.all([ask(allowed, token), ask(forbidden, token)]);
const told = ({ status, code, requestId }) => `answered ${status} ${code} (request-id ${requestId})`;

if (inside.status !== 200) {
  const hint =
    inside.status === 403
      ? 'Is it in the scope (exchangeScope.ps1)? A change works after up to 2 hours.'
      : 'Expected 200. Does the mailbox exist?';
  problems.push(`The allowed mailbox ${allowed} ${told(inside)}. ${hint}`);
}
if (outside.status !== 403) {
  problems.push(
    `The forbidden mailbox ${forbidden} ${told(outside)}, but must answer 403: the app is let in further than meant.`,
  );
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${allowed} answers; ${forbidden} is refused with 403. The scope works.`);
