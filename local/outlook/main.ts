import { startOutlook } from './server';

/** The stand-in as a process of its own; README.md has the variables. */
async function main(): Promise<void> {
  const { OUTLOOK_GRAPH_PORT = '0', OUTLOOK_UPLOAD_PORT = '0', DATA_DIR = '.data' } = process.env;
  const { OUTLOOK_PROFILE: profile = '', OUTLOOK_TLS = '' } = process.env;
  const outlook = await startOutlook({
    dataDir: DATA_DIR,
    graphPort: Number(OUTLOOK_GRAPH_PORT),
    uploadPort: Number(OUTLOOK_UPLOAD_PORT),
    tls: OUTLOOK_TLS === '1',
    ...(profile === '' ? {} : { profile }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void outlook.close().then(() => process.exit(0)));
  if (outlook.certFile) console.log(`Outlook stand-in: NODE_EXTRA_CA_CERTS=${outlook.certFile}`);
  console.log(`Outlook stand-in ready: graph=${outlook.graphUrl} upload=${outlook.uploadUrl}`);
}

void main().catch((cause: unknown) => {
  console.error('Outlook stand-in:', cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
});
