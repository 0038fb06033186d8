// Makes the secrets that the app's settings refer to and that are not in the vault yet, by Azure Resource Manager: that needs
// no right to read secrets, and works with a vault that only private endpoints reach. What is there is left alone.
import { randomBytes } from 'node:crypto';
import { arm, environment, hook } from './az.mjs';

const make = {
  'upload-url-key': () => randomBytes(32).toString('base64'),
  'webhook-secrets': () => `whsec_${randomBytes(32).toString('base64')}`,
  'nylas-api-keys': () => randomBytes(32).toString('base64url'),
};

await hook(() => {
  const env = environment(
    'AZURE_SUBSCRIPTION_ID',
    'AZURE_RESOURCE_GROUP',
    'KEY_VAULT_NAME',
    'KEY_VAULT_SECRETS',
    'FUNCTION_APP_NAME',
  );
  const group = `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}/resourceGroups/${env.AZURE_RESOURCE_GROUP}/providers`;
  const vault = `${group}/Microsoft.KeyVault/vaults/${env.KEY_VAULT_NAME}/secrets`;
  const version = 'api-version=2026-02-01';
  const there = arm('get', `${vault}?${version}`).value.map(({ name }) => name);
  const missing = env.KEY_VAULT_SECRETS.split(',').filter((name) => !there.includes(name));
  for (const name of missing) {
    if (!make[name]) throw new Error(`Nobody knows how to make the secret ${name}.`);
    arm('put', `${vault}/${name}?${version}`, { properties: { value: make[name]() } });
    console.log(`Made the secret ${name} in ${env.KEY_VAULT_NAME}.`);
  }
  if (missing.length === 0) return;
  // otherwise the app may look for them again only after a day
  const app = `${group}/Microsoft.Web/sites/${env.FUNCTION_APP_NAME}`;
  arm('post', `${app}/config/configreferences/appsettings/refresh?api-version=2025-03-01`);
});
