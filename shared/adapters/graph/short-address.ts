const LONGEST = 300;

/** An address for messages: long query tokens are cut, 300 characters at most. */
export function shortAddress(address: string): string {
  return address.length <= LONGEST ? address : `${address.slice(0, LONGEST - 1)}…`;
}
