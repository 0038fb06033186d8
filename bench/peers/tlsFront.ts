import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate for 127.0.0.1 and localhost that it signs itself, in a folder of its own. */
export class Certificate {
  private readonly dir = mkdtempSync(join(tmpdir(), 'blob-to-outlook-tls-'));
  readonly certFile = join(this.dir, 'cert.pem');
  private readonly keyFile = join(this.dir, 'key.pem');

  /** @throws Error where there is no openssl */
  constructor() {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    try {
      execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', this.keyFile, '-out', this.certFile], {
        stdio: 'pipe',
      });
    } catch (cause) {
      throw new Error('No certificate could be made. Install openssl: it has to be on the PATH.', { cause });
    }
  }

  get pair(): { key: Buffer; cert: Buffer } {
    return { key: readFileSync(this.keyFile), cert: readFileSync(this.certFile) };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** An origin of the stand-in over https: ends TLS, passes everything on, and spells upload URLs with its own scheme and port. */
export class TlsFront {
  private constructor(private readonly server: Server) {}

  /**
   * @param target http origin
   * @param rewrite what stands in a JSON answer, and what it becomes
   */
  static async start(
    target: string,
    certificate: Certificate,
    rewrite?: { from: string; to: string },
  ): Promise<TlsFront> {
    const { hostname, port } = new URL(target);
    const server = createServer(certificate.pair, (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const onward = request({ host: hostname, port, method, path: url, headers }, (reply) => {
        const isJson = reply.headers['content-type']?.includes('json') === true;
        if (!rewrite || !isJson) {
          outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(outgoing);
          reply.once('error', () => outgoing.destroy());
          return;
        }
        const pieces: Buffer[] = [];
        reply.on('data', (piece: Buffer) => pieces.push(piece));
        reply.once('error', () => outgoing.destroy());
        reply.once('end', () => {
          const body = Buffer.from(Buffer.concat(pieces).toString().replaceAll(rewrite.from, rewrite.to));
          const headers = { ...reply.headers, 'content-length': body.length };
          delete headers['transfer-encoding'];
          outgoing.writeHead(reply.statusCode ?? 502, headers);
          outgoing.end(body);
        });
      });
      onward.once('error', () => incoming.socket.destroy());
      incoming.pipe(onward);
    });
    server.keepAliveTimeout = 130_000; // longer than a slow peer pauses
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsFront(server);
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
