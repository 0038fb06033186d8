/** The servers of both origins: made, bound to a port, ended. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './tls';
import type { World } from './world';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function serverFor(world: World, certificate: Certificate | undefined, handle: Handler): Server {
  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const server = certificate === undefined ? createServer(listener) : createHttpsServer(certificate, listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => onClientError(world, error, socket));
  return server;
}

/** What is no HTTP is recorded, such as a body that goes on beyond its Content-Length. Who leaves early breaks no rule. */
function onClientError(world: World, { code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') world.journal.broke('malformedHttp', 'any', code);
  socket.destroy();
}

/** Listens on the port that is wanted, else on that of the last run, else on any free one. @returns the origin */
export async function listen(server: Server, wanted: number, remembered: number | undefined): Promise<string> {
  server.keepAliveTimeout = 75_000; // longer than a client's pool keeps a connection: a reset is then always a scripted one
  await bind(server, wanted || (remembered ?? 0)).catch(async (cause: unknown) => {
    if (wanted !== 0 || remembered === undefined) throw cause;
    await bind(server, 0); // someone took the old port: sessions of the last run are lost then
  });
  return `${server instanceof HttpsServer ? 'https' : 'http'}://127.0.0.1:${portOf(server)}`;
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
