import type { Laptop } from './laptop';
import { OutlookControl } from './outlookControl';
import { putBlob } from './storage';

/** A blob to try the API with; made with its container. */
const sample = { container: 'uploads', name: 'hello.txt', text: 'Hello from blob storage.\n' };

/** Puts the sample there at the first start, and finds an item to attach it to. @returns the item's path */
export async function sampleItem(laptop: Laptop): Promise<string> {
  if (laptop.newContainers.includes(sample.container))
    await putBlob(laptop.storage, sample.container, sample.name, Buffer.from(sample.text));
  const items = (await new OutlookControl(laptop.graphUrl).items()).map(({ path }) => path);
  return items.find((path) => /^users\/[^/]+\/messages\/[^/]+$/.test(path)) ?? 'users/megan@contoso.com/messages/{id}';
}

/** A line for a shell that attaches the sample. */
export function sampleCall(apiUrl: string, item: string): string {
  const body = JSON.stringify({ blob: `${sample.container}/${sample.name}`, item });
  return `curl -s ${apiUrl}/api/uploads -H 'content-type: application/json' -d '${body}'`;
}
