/** A moment for people: day, minutes, and the time zone, which is always UTC. @param at ISO 8601 UTC */
export function Instant({ at }: { readonly at: string }) {
  return <time dateTime={at}>{`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}</time>;
}
