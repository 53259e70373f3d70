import { MOST_ROW_BYTES, takesMoreThan } from '../row-size.js';
import type { ChangeCause, PersonChange } from './person-change.js';
import { NO_GRANTS, type Host, type Person } from './person.js';

/** What came to a person or a host, as it lies beside its row until it was published. */
export interface OutboxEntry {
  /** Opaque; tells entries of one tenant apart for good, and orders those of one subject as text. */
  readonly entryId: string;
  readonly kind: 'person' | 'host';
  /** Id of the person or host. */
  readonly subject: string;
  readonly setupId: string;
  /** JSON of the object before and after, null where there was or is none. */
  readonly before: string | null;
  readonly after: string | null;
  /** Names of the properties that differ, those within attributes as `attributes.{to}`; none for a host. */
  readonly changed: readonly string[];
  readonly runId: string | null;
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Characters that are left of a text where an entry has no room for all of it. */
const CUT_CHARACTERS = 1_000;
const NUMBER_DIGITS = 16;
const SEPARATOR = '|';

/**
 * Attributes that the person has no more are left out of what was before: the setup may hide them now. Of people
 * in more segments than both objects have room for, the entry names none; it still says whether they changed. People
 * who were written before there was a limit may be larger still: then their texts are cut.
 */
export function personEntry({ before, after, changed }: PersonChange, cause: ChangeCause): OutboxEntry {
  const seen = before === null || after.status === 'removed' ? before : withoutHidden(before, after);
  const bare = (person: Person): Person => ({ ...person, segments: [] });
  const texts = firstThatFits([
    () => textsOf(seen, after),
    () => textsOf(seen && bare(seen), bare(after)),
    () => textsOf(seen && cut({ ...seen, ...NO_GRANTS }), bare(after)),
    () => textsOf(seen && cut({ ...seen, ...NO_GRANTS }), cut({ ...after, ...NO_GRANTS })),
  ]);
  return {
    entryId: idOf('person', after.setupId, after.directoryId, digits(after.version), instant(cause.at)),
    kind: 'person',
    subject: after.id,
    setupId: after.setupId,
    ...texts,
    changed,
    ...causeOf(cause),
  };
}

export function hostEntry(kind: 'added' | 'removed', host: Host, cause: ChangeCause): OutboxEntry {
  const added = kind === 'added';
  return {
    entryId: idOf('host', host.setupId, host.directoryId, host.receptionId, instant(cause.at), kind),
    kind: 'host',
    subject: host.id,
    setupId: host.setupId,
    ...firstThatFits([
      () => textsOf(added ? null : host, added ? host : null),
      () => textsOf(added ? null : cut(host), added ? cut(host) : null),
    ]),
    changed: [],
    ...causeOf(cause),
  };
}

/**
 * Where an entry lies: those of one version of a person share a place, so that a repeated write leaves one; those of
 * one host and instant too, whose last word counts.
 */
export function placeOf({ entryId }: Pick<OutboxEntry, 'entryId'>): {
  readonly directoryId: string;
  /** Ordered as the entries are. */
  readonly parts: readonly string[];
} {
  const parts = entryId.split(SEPARATOR).map(decodeURIComponent);
  return { directoryId: parts[2] ?? '', parts: parts.slice(1, -1) };
}

function idOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join(SEPARATOR);
}

function digits(value: number): string {
  return String(value).padStart(NUMBER_DIGITS, '0');
}

function instant(at: string): string {
  return digits(Date.parse(at));
}

function causeOf({ runId, reason, at }: ChangeCause): Pick<OutboxEntry, 'runId' | 'reason' | 'at'> {
  return { runId, reason, at };
}

function textsOf(before: Person | Host | null, after: Person | Host | null): Texts {
  return {
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  };
}

type Texts = Pick<OutboxEntry, 'before' | 'after'>;

/** The last where none fits. */
function firstThatFits(forms: readonly (() => Texts)[]): Texts {
  let texts: Texts = { before: null, after: null };
  for (const form of forms) {
    texts = form();
    if (!takesMoreThan((texts.before ?? '') + (texts.after ?? ''), MOST_ROW_BYTES)) break;
  }
  return texts;
}

/** The same with every text cut, those within it too. */
function cut<Value>(value: Value): Value {
  const text = JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'string' && one.length > CUT_CHARACTERS ? one.slice(0, CUT_CHARACTERS) : one,
  );
  return JSON.parse(text) as Value;
}

function withoutHidden(before: Person, after: Person): Person {
  const kept = Object.entries(before.attributes).filter(([name]) => name in after.attributes);
  return { ...before, attributes: Object.fromEntries(kept) };
}
