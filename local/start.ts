// npm start: the app, its host, Azurite and the Outlook stand-in, kept running.
import { askedToStop } from './parts/askedToStop';
import { optionsFromEnvironment } from './parts/environment';
import { exitWith } from './parts/exitWith';
import { startLaptop } from './parts/laptop';
import { serve } from './parts/serve';

async function main(): Promise<void> {
  const stop = askedToStop();
  const laptop = await startLaptop(optionsFromEnvironment());
  try {
    await Promise.race([stop, serve(laptop)]);
  } finally {
    await laptop.stop();
  }
}

exitWith(main());
