import type { MirrorUser } from '../../../core/mirror-rows.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import type { Host, Person } from '../../../core/people/person.js';
import type { WholeGraph } from '../../../ports/whole-graph.js';
import type { Session } from '../session.js';

/** The facts of everybody in a bucket, and of these besides who are no users any more. */
export async function readBucket(
  { ports, fence }: Session,
  graph: WholeGraph,
  bucket: number,
  besides: Iterable<string> = [],
): Promise<PersonFacts[]> {
  const users = new Map<string, MirrorUser>();
  for await (const rows of ports.mirror.scanUsers(fence, bucket))
    for (const row of rows) users.set(row.id, row);
  return graph.factsOf([...new Set([...users.keys(), ...besides])], users);
}

/** What is stored of a setup in a bucket, by directory id. */
export interface StoredBucket {
  readonly people: ReadonlyMap<string, Person>;
  readonly hosts: ReadonlyMap<string, readonly Host[]>;
}

export async function readStored(
  { ports, fence }: Session,
  setupId: string,
  bucket: number,
): Promise<StoredBucket> {
  const people = new Map<string, Person>();
  for await (const page of ports.people.scan(fence, setupId, bucket))
    for (const person of page) people.set(person.directoryId, person);
  const hosts = new Map<string, Host[]>();
  for await (const page of ports.hosts.scan(fence, setupId, bucket))
    for (const host of page) hosts.set(host.directoryId, [...(hosts.get(host.directoryId) ?? []), host]);
  return { people, hosts };
}
