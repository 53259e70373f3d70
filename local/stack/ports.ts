import { createServer } from 'node:net';

/** A port that somebody else listens on. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(
    readonly port: number,
    readonly purpose: string,
    flag: string | undefined,
  ) {
    const advice =
      flag === undefined ? '' : ` End what uses it, or choose another with ${flag} (0 takes a free one).`;
    super(`Port ${port}, wanted for ${purpose}, is taken.${advice}`);
  }
}

/** Below what systems hand out for outgoing connections, so that nobody takes a port between its uses. */
const firstPort = 20_000;
const portCount = 12_000;

/**
 * Every process walks through a stretch of its own, and offers no port twice until it has been around: two
 * stacks that start at the same time do not find the same port free.
 */
let offered = (process.pid * 64) % portCount;

/** A port of the loopback interface that nobody listens on. */
export async function takeFreePort(): Promise<number> {
  for (;;) {
    offered = (offered + 1) % portCount;
    if (await isFreePort(firstPort + offered)) return firstPort + offered;
  }
}

/**
 * The wanted port, or a free one for 0.
 *
 * @param flag the command's flag that chooses another
 * @throws {PortTaken} when somebody listens on it
 */
export async function takePort(wanted: number, purpose: string, flag?: string): Promise<number> {
  if (wanted === 0) return await takeFreePort();
  if (!(await isFreePort(wanted))) throw new PortTaken(wanted, purpose, flag);
  return wanted;
}

/** Whether nobody listens, on any address: a server on all interfaces would not clash with one on loopback, but hide behind it. */
export async function isFreePort(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::']) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

async function canListen(port: number, host: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
