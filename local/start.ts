// npm start: the app, its host, Azurite and the Outlook stand-in, kept running.
import { askedToStop } from './parts/askedToStop';
import { optionsFromEnvironment } from './parts/environment';
import { tellReady } from './parts/hints';
import { startLaptop, type Laptop } from './parts/laptop';

async function main(): Promise<void> {
  const stop = askedToStop();
  const laptop = await startLaptop(optionsFromEnvironment());
  try {
    await Promise.race([stop, serve(laptop)]);
  } finally {
    await laptop.stop();
  }
}

/** Never ends by itself. @throws Error when a part dies */
async function serve(laptop: Laptop): Promise<never> {
  const { ok, detail } = await laptop.untilServing();
  if (!ok) console.error(`The app is not well, see ${laptop.apiUrl}/api/health/details: ${detail}`);
  await tellReady(laptop);
  return laptop.died;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
