import type { LaptopOptions } from './laptop';

/** What the commands read from the environment. An empty one counts as not set. @throws Error naming the one that is wrong */
export function optionsFromEnvironment(env: NodeJS.ProcessEnv = process.env): LaptopOptions & { port: number } {
  const port = env['PORT'] || '7071';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error(`PORT is "${port}", but a port is a number from 0 (any free one) to 65535.`);
  return {
    dataDir: env['DATA_DIR'] || '.data',
    port: Number(port),
    storage: env['AzureWebJobsStorage'],
    graphEndpoint: env['GRAPH_ENDPOINT'],
  };
}
