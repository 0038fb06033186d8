// Proves that an event comes through: a blob in the outbox gets its receipt. The function listOutbox finds blobs without any
// event, within a minute, so it is switched off meanwhile; otherwise the receipt would prove nothing.
import { az, until } from './az.mjs';

const seconds = (name, otherwise) => Number(process.env[name] ?? otherwise);
const listing = 'AzureWebJobs.listOutbox.Disabled';

export async function proveOutbox({ resourceGroup, app, account }) {
  const settings = ['functionapp', 'config', 'appsettings'];
  const where = ['--name', app, '--resource-group', resourceGroup, '--output', 'none'];
  az(...settings, 'set', ...where, '--settings', `${listing}=true`);
  try {
    await sendProbe(account);
  } finally {
    az(...settings, 'delete', ...where, '--setting-names', listing);
  }
}

async function sendProbe(account) {
  const name = `deployment-probe/${new Date().toISOString().replace(/\D/g, '')}.txt`;
  const blobs = (...args) => az('storage', 'blob', ...args, '--account-name', account, '--auth-mode', 'login');
  const put = () =>
    blobs('upload', '--container-name', 'outbox', '--name', name, '--data', 'probe', '--output', 'none');
  const hasReceipt = () =>
    blobs('exists', '--container-name', 'receipts', '--name', `${name}.json`, '--query', 'exists') === true;

  console.log('Waiting until the app has started again without its listing of the outbox.');
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds('PROOF_RESTART_SECONDS', 120)));
  // a role that was just given takes minutes to work
  await until(seconds('PROOF_RIGHTS_SECONDS', 600), () => {
    put();
    return true;
  });
  try {
    console.log(`Waiting for the receipt of outbox/${name}.`);
    if (!(await until(seconds('PROOF_RECEIPT_SECONDS', 300), hasReceipt))) {
      throw new Error(
        `outbox/${name} got no receipt: no event reaches the app. Look at the delivery failures of the Event Grid subscription "outbox", and at the log of the function onOutboxBlob.`,
      );
    }
    console.log('Proven: an event of the outbox reaches the app.');
  } finally {
    blobs('delete', '--container-name', 'outbox', '--name', name, '--output', 'none');
  }
}
