import type { AddressInfo, Server } from 'node:net';

/** Resolves to the port once the server listens; a taken port is an error that names it. */
export async function listeningPort(server: Server, askedPort: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${askedPort} is already in use.`, { cause: error }) : error);
    });
  });
  return (server.address() as AddressInfo).port;
}
