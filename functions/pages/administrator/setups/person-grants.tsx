import type { ExplainedGrant } from '../../../../shared/core/people/explanation.js';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import { GIFT_WORDS, giftValue, type Gift } from './gifts.js';
import { sourceWords } from './person-words.js';

/** What the organization's catalog may name; null for a segment, which the directory or the setup names. */
export function giftOf(grant: ExplainedGrant['grant']): Gift | null {
  switch (grant.kind) {
    case 'role':
    case 'host':
    case 'organizationalUnit':
      return { kind: grant.kind, id: grant.id };
    case 'membership':
      return { kind: grant.of, id: grant.id };
    case 'segment':
      return null;
  }
}

const MOST_SHOWN = 100;
const SOURCES_SHOWN = 5;

export interface PersonGrantsProps {
  readonly grants: readonly ExplainedGrant[];
  readonly document: SetupDocument;
  /** Names in the organization's catalog, by values of gifts. */
  readonly giftNames: ReadonlyMap<string, string>;
}

/** What a person has, each thing with how the person comes to it. */
export function PersonGrants({ grants, document, giftNames }: PersonGrantsProps) {
  if (grants.length === 0) return <p>Nothing: no mapping of this setup fits.</p>;
  return (
    <>
      <ul>
        {grants.slice(0, MOST_SHOWN).map((each) => (
          <li key={JSON.stringify(each.grant)}>
            <strong>{nameOf(each, document, giftNames)}</strong>
            {!each.isGiven && ', not given while the person is out'}: {waysTo(each)}
          </li>
        ))}
      </ul>
      {grants.length > MOST_SHOWN && <p>And {grants.length - MOST_SHOWN} more.</p>}
    </>
  );
}

function waysTo({ sources }: ExplainedGrant): string {
  const shown = sources.slice(0, SOURCES_SHOWN).map(sourceWords);
  const more = sources.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function nameOf(
  { grant, sources }: ExplainedGrant,
  { segments }: SetupDocument,
  giftNames: ReadonlyMap<string, string>,
): string {
  const gift = giftOf(grant);
  if (gift !== null) return `${GIFT_WORDS[gift.kind]}: ${giftNames.get(giftValue(gift)) ?? gift.id}`;
  const rule = segments.rules.find(({ id }) => `rule:${id}` === grant.id);
  const group = sources.find(({ path }) => path !== null)?.path?.groups.at(-1);
  return `Segment: ${rule?.name ?? group?.name ?? grant.id}`;
}
