/** A self-signed certificate for 127.0.0.1, made once in a folder and kept there while it is valid. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Where the certificate lies, for `NODE_EXTRA_CA_CERTS`. */
  readonly certFile: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function certificateIn(folder: string): Promise<Certificate> {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kept = keptIn(keyFile, certFile);
  if (kept !== undefined) return { ...kept, certFile };
  const { generate } = await import('selfsigned'); // only who wants TLS loads it
  const made = await generate([{ name: 'commonName', value: 'Outlook stand-in' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 365 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(keyFile, made.private, { mode: 0o600 });
  writeFileSync(certFile, made.cert);
  return { key: made.private, cert: made.cert, certFile };
}

function keptIn(keyFile: string, certFile: string): { key: string; cert: string } | undefined {
  try {
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
    return new X509Certificate(cert).validToDate.getTime() > Date.now() + DAY_MS ? { key, cert } : undefined;
  } catch {
    return undefined; // the first run
  }
}
