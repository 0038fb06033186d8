import { startOutlook } from './server';

/** The stand-in as a process of its own: OUTLOOK_GRAPH_PORT, OUTLOOK_UPLOAD_PORT and DATA_DIR say where. */
async function main(): Promise<void> {
  const { OUTLOOK_GRAPH_PORT = '0', OUTLOOK_UPLOAD_PORT = '0', DATA_DIR = '.data' } = process.env;
  const outlook = await startOutlook({
    dataDir: DATA_DIR,
    graphPort: Number(OUTLOOK_GRAPH_PORT),
    uploadPort: Number(OUTLOOK_UPLOAD_PORT),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void outlook.close().then(() => process.exit(0)));
  console.log(`Outlook stand-in ready: graph=${outlook.graphUrl} upload=${outlook.uploadUrl}`);
}

void main().catch((cause: unknown) => {
  console.error('Outlook stand-in:', cause);
  process.exitCode = 1;
});
