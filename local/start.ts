// npm start: the laptop cloud, kept running. What it prints and reads is contract.md section 1.
import { optionsFromEnvironment } from './parts/environment';
import { sampleCall, sampleItem } from './parts/sample';
import { startLaptop, type Laptop } from './parts/laptop';
import { allowOrigins } from './parts/storage';

/** Told to everybody who starts it; the ready line comes last, alone, on stdout. */
async function tellHowToUse(laptop: Laptop): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (laptop.outlook) say(`Outlook stand-in: ${laptop.graphUrl}/ shows what is attached`);
  if (laptop.azurite) say(`Storage (Azurite): ${laptop.storage}`);
  if (laptop.azurite && laptop.outlook) say(`Try it: ${sampleCall(laptop.apiUrl, await sampleItem(laptop))}`);
  say(`Ready: ${laptop.apiUrl}`);
}

async function main(): Promise<void> {
  const stopAsked = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const laptop = await startLaptop(optionsFromEnvironment());
  try {
    const serving = await Promise.race([laptop.untilServing(), stopAsked]);
    if (serving) {
      if (!serving.ok) console.error(`The app is not well, see ${laptop.apiUrl}/api/health/details: ${serving.detail}`);
      if (laptop.azurite) await allowOrigins(laptop.storage, pageOrigins(laptop.apiUrl));
      await tellHowToUse(laptop);
      await Promise.race([stopAsked, laptop.died]);
    }
  } finally {
    await laptop.stop();
  }
}

function pageOrigins(apiUrl: string): string[] {
  return [apiUrl, apiUrl.replace('127.0.0.1', 'localhost')];
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
