/**
 * Id of a run: 32 hexadecimal characters, the first twelve its instant, so that ids sort by time.
 * @param now epoch milliseconds
 * @param random 32 hexadecimal characters
 */
export function runIdAt(now: number, random: string): string {
  return now.toString(16).padStart(12, '0') + random.slice(0, 20);
}
