import { tellReady } from './hints';
import type { Laptop } from './laptop';

/** Says when the app is ready, then never ends by itself. @throws Error when a part dies */
export async function serve(laptop: Laptop): Promise<never> {
  const { ok, detail } = await laptop.untilServing();
  if (!ok) console.error(`The app is not well, see ${laptop.apiUrl}/api/health/details: ${detail}`);
  await tellReady(laptop);
  return laptop.died;
}
