import type { Laptop } from './laptop';
import { OutlookControl } from './outlookControl';
import { allowOrigins, putBlob } from './storage';

/** A blob to try the API with; made with its container. */
const sample = { container: 'uploads', name: 'hello.txt', text: 'Hello from blob storage.\n' };

/**
 * Tells on stdout where things are and how to try them, and last, on a line of its own, that the app is ready.
 * What is needed for that (a blob to attach, the right of the app's page to send bytes to storage) is made first.
 */
export async function tellReady(laptop: Laptop): Promise<void> {
  const { apiUrl } = laptop;
  const lines = [`Page: ${apiUrl}/ (API: ${apiUrl}/api/docs)`];
  if (laptop.outlook) lines.push(`Outlook stand-in: ${laptop.graphUrl}/ shows what is attached`);
  if (laptop.azurite) {
    await allowOrigins(laptop.storage, [apiUrl, apiUrl.replace('127.0.0.1', 'localhost')]);
    lines.push('', '# Tools for Azure Storage find the local account by this:', exportLine(laptop.storage));
  }
  if (laptop.azurite && laptop.outlook) {
    lines.push('', '# Attach a sample, then look at it:', sampleCall(apiUrl, await sampleItem(laptop)));
    lines.push(`curl -s '${apiUrl}/api/uploads?limit=1'`);
  }
  lines.push('', 'Ctrl-C stops everything. Uploads go on at the next start.');
  process.stdout.write([...lines, `Ready: ${apiUrl}`, ''].join('\n'));
}

const exportLine = (storage: string): string => `export AZURE_STORAGE_CONNECTION_STRING='${storage}'`;

/** Puts the sample there at the first start, and finds an item to attach it to. @returns the item's path */
async function sampleItem(laptop: Laptop): Promise<string> {
  if (laptop.newContainers.includes(sample.container))
    await putBlob(laptop.storage, sample.container, sample.name, Buffer.from(sample.text));
  const items = (await new OutlookControl(laptop.graphUrl).items()).map(({ path }) => path);
  return items.find((path) => /^users\/[^/]+\/messages\/[^/]+$/.test(path)) ?? 'users/megan@contoso.com/messages/{id}';
}

/** A line for a shell that attaches the sample. */
function sampleCall(apiUrl: string, item: string): string {
  const body = JSON.stringify({ blob: `${sample.container}/${sample.name}`, item });
  return `curl -s ${apiUrl}/api/uploads -H 'content-type: application/json' -d '${body}'`;
}
