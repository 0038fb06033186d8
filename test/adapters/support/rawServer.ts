import { AddressInfo, createServer } from 'node:net';

/** Keeps the bytes of requests as they stood on the wire, and answers each whole one with an empty 201. */
export async function rawServer(): Promise<{ origin: string; received: () => Buffer; close: () => Promise<void> }> {
  let received = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      if (isWhole(received)) socket.end('HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function isWhole(request: Buffer): boolean {
  const headEnd = request.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(request.toString('latin1', 0, headEnd))?.[1] ?? '0';
  return headEnd >= 0 && request.length >= headEnd + 4 + Number(length);
}
