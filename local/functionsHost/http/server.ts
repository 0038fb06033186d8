import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { log } from '../log';
import { readRequest, type Reply, type WebRequest, writeReply } from './reply';

/** A server on loopback that reads requests whole and hands them to `handle`. */
export class WebServer {
  private readonly server: Server;

  constructor(handle: (request: WebRequest) => Promise<Reply>, bodyLimitBytes: number) {
    this.server = createServer((message, response) => {
      void (async () => {
        const request = await readRequest(message, bodyLimitBytes);
        // too large is a 500 without a word, as in Azure
        writeReply(response, request ? await handle(request) : { status: 500 });
      })().catch((error: unknown) => {
        if (message.destroyed && !message.complete) return; // the caller has gone away in the middle of its request
        log('error', 'host', error);
        if (response.headersSent) response.destroy();
        else writeReply(response, { status: 500 });
      });
    });
    this.server.keepAliveTimeout = 130_000;
    this.server.requestTimeout = 0;
  }

  /** @returns the port */
  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes no more connections; resolves when the requests under way are answered. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    await closed;
  }

  /** Ends at once what is left. */
  destroy(): void {
    this.server.closeAllConnections();
  }
}
