// Before anything is made in Azure: what the deployment needs is there. Says everything that is missing, by name.
import { az, hook } from './az.mjs';

const flags = [
  'SEND_ENABLED',
  'BROWSE_ENABLED',
  'NYLAS_ENABLED',
  'VNET_ENABLED',
  'SOURCE_STORAGE_PUBLIC',
  'AUDIT_SECRETS',
  'VAULT_PURGE_PROTECTION',
  'PROVE_OUTBOX',
];
const choices = {
  INTAKE: ['open', 'closed'],
  MY_BLOBS: ['own', 'allowed'],
  DURABLE_BACKEND: ['azureStorage', 'durableTaskScheduler'],
  SCHEDULER_SKU: ['Consumption', 'Dedicated'],
  STORAGE_REDUNDANCY: ['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'],
  INSTANCE_MEMORY_MB: ['512', '2048', '4096'],
};

await hook(() => {
  const problems = [];
  if (!process.env['ALLOWED_MAILBOXES']?.trim()) {
    problems.push(
      'ALLOWED_MAILBOXES is missing: the mailboxes that may be written to, such as *@contoso.com. Run: azd env set ALLOWED_MAILBOXES "*@contoso.com"',
    );
  }
  for (const [name, allowed] of [...flags.map((flag) => [flag, ['true', 'false']]), ...Object.entries(choices)]) {
    const value = process.env[name];
    if (value && !allowed.includes(value)) problems.push(`${name} is ${value}, but must be ${allowed.join(' or ')}.`);
  }
  try {
    az('account', 'show', '--query', 'id', '--output', 'tsv');
  } catch (cause) {
    problems.push(`${cause.message.split('\n')[0]} The hooks use the Azure CLI: install it and run "az login".`);
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) throw new Error('Nothing was deployed.');
});
