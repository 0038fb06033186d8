// node scripts/azure/signIn.mjs: the app registration that people sign in with, after the first deployment. Then azd has
// AUTH_CLIENT_ID, and `azd provision` switches App Service authentication on. No client secret: the app's managed identity
// stands in for it. Needs the right to register apps; `azd env get-values` has what it reads.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { az, environment, hook } from './az.mjs';

const name = 'blob-to-outlook';
const role = (id, value, displayName, description) => ({
  id,
  value,
  displayName,
  description,
  isEnabled: true,
  allowedMemberTypes: ['User'],
});
const roles = [
  role('6f1b3a57-7a0c-4a52-9a8e-0a3f2f4c7d10', 'Uploads.All', 'Every mailbox', 'May attach to every allowed mailbox.'),
  role('0d9c5e2b-31f4-4f0e-8b7a-5c2d9e6a1b42', 'Uploads.Operate', 'Every upload', 'Sees and cancels every upload.'),
];

await hook(() => {
  const env = environment('AZURE_TENANT_ID', 'FUNCTION_APP_NAME', 'FUNCTION_APP_URL', 'APP_PRINCIPAL_ID');
  const folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-'));
  const file = (content) => {
    const path = join(folder, 'content.json');
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return `@${path}`;
  };
  try {
    const clientId = process.env['AUTH_CLIENT_ID'] || register(env, file);
    trustIdentity(clientId, env, file);
    const set = spawnSync('azd', ['env', 'set', 'AUTH_CLIENT_ID', clientId], { stdio: 'inherit' });
    if (set.status !== 0) console.log(`Set AUTH_CLIENT_ID to ${clientId} in the environment of your deployment.`);
    console.log(
      'Next: azd provision. Then give people the roles Uploads.All or Uploads.Operate in the enterprise app.',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function register(env, file) {
  const { appId } = az(
    ...['ad', 'app', 'create', '--display-name', `${name} ${env.FUNCTION_APP_NAME}`],
    ...['--sign-in-audience', 'AzureADMyOrg', '--enable-id-token-issuance', 'true'],
    ...['--web-redirect-uris', `${env.FUNCTION_APP_URL}/.auth/login/aad/callback`, '--app-roles', file(roles)],
  );
  az('ad', 'sp', 'create', '--id', appId);
  console.log(`Registered ${appId}.`);
  return appId;
}

/** The registration takes tokens of the app's managed identity instead of a secret. */
function trustIdentity(clientId, env, file) {
  const known = az('ad', 'app', 'federated-credential', 'list', '--id', clientId);
  if (known.some(({ subject }) => subject === env.APP_PRINCIPAL_ID)) return;
  const login = az('cloud', 'show', '--query', 'endpoints.activeDirectory', '--output', 'tsv').replace(/\/$/, '');
  const credential = {
    name: 'managed-identity',
    issuer: `${login}/${env.AZURE_TENANT_ID}/v2.0`,
    subject: env.APP_PRINCIPAL_ID,
    audiences: ['api://AzureADTokenExchange'],
  };
  az('ad', 'app', 'federated-credential', 'create', '--id', clientId, '--parameters', file(credential));
}
