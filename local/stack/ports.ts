import { createServer } from 'node:net';

/** What a port is wanted for, and what may be done if it is taken. */
export interface PortUse {
  /** A part's name, with its article. */
  readonly purpose: string;
  /** The command's flag that chooses another. */
  readonly flag?: string | undefined;
  /** The file that holds the port of an earlier start. */
  readonly rememberedBy?: string | undefined;
}

/** A port on which another program listens. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(
    readonly port: number,
    { purpose, flag, rememberedBy }: PortUse,
  ) {
    const origin =
      rememberedBy === undefined
        ? ''
        : ` ${rememberedBy} keeps it from an earlier start, because stored links name it.`;
    const otherwise = flag === undefined ? '' : `, or choose another with ${flag} (0 takes a free one)`;
    super(`Port ${port}, wanted for ${purpose}, is taken.${origin} End what uses it${otherwise}.`);
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
 * Returns the wanted port, or a free one for 0.
 *
 * @throws {PortTaken} when another program listens on it
 */
export async function takePort(wanted: number, use: PortUse): Promise<number> {
  if (wanted === 0) return await takeFreePort();
  if (!(await isFreePort(wanted))) throw new PortTaken(wanted, use);
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
