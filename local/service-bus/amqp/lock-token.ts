/** Where each byte of a GUID stands in .NET's order, which is its own inverse. */
const netOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/**
 * A delivery tag is the message's lock token as a GUID in .NET's byte order.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide
 */
export function deliveryTag(token: string): Buffer {
  return swap(Buffer.from(token, 'hex'));
}

export function tokenOfTag(tag: Buffer): string {
  return swap(tag).toString('hex');
}

function swap(guid: Buffer): Buffer {
  return Buffer.from(netOrder.map((index) => guid[index] ?? 0));
}

const ticksPerMs = 10_000n;
const ticksBefore1970 = 621_355_968_000_000_000n;

/** An instant in milliseconds since 1970 as .NET ticks: a big-endian long. */
export function netTicks(instant: number): Buffer {
  const ticks = Buffer.alloc(8);
  ticks.writeBigInt64BE(BigInt(Math.round(instant)) * ticksPerMs + ticksBefore1970);
  return ticks;
}
