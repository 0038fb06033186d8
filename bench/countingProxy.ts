import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request counts as; undefined: not at all. */
export type NameOf = (method: string, path: string) => string | undefined;

/** Passes every request on to a port of this machine and counts it: "GET blob uploads", "PUT table". */
export class CountingProxy {
  readonly counts = new Map<string, number>();
  private constructor(private readonly server: Server) {}

  static async start(port: number, nameOf: NameOf): Promise<CountingProxy> {
    const server = createServer((incoming, outgoing) => {
      const { method = 'GET', url = '/', headers } = incoming;
      proxy.count(nameOf(method, url));
      const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      });
      onward.once('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    const proxy = new CountingProxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private count(name: string | undefined): void {
    if (name !== undefined) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
