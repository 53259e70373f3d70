import type { GrantRule, GrantSource } from '../../../../shared/core/setup/setup.js';
import { setupPath } from '../addresses.js';
import { GIFT_WORDS, giftsOf, giftValue, knownGifts, type GiftOffer } from './gifts.js';
import {
  GroupChoices,
  GroupSearchField,
  named,
  SearchButton,
  SearchEnd,
  type GroupsFound,
} from './group-search.js';
import { faultsAt, type PageFault } from './page-faults.js';
import { ChangeForm, FaultLines, SetupFrame, SliceLinks } from './parts.js';
import type { SetupVisit } from './visit.js';

export interface MappingsShown {
  /** Index of the first row. */
  readonly from: number;
  readonly rows: readonly GrantRule[];
  readonly groupNames: ReadonlyMap<string, string>;
  readonly giftNames: ReadonlyMap<string, string>;
  readonly found: GroupsFound;
  /** What was searched for among what can be given. */
  readonly give: string;
  readonly offers: readonly GiftOffer[];
  readonly faults: readonly PageFault[];
  /** The group chosen so far with its name, null if that is not known; empty for none. */
  readonly chosen: ReadonlyMap<string, string | null>;
  /** Values of what is ticked to give, whatever was searched for since. */
  readonly gifts: ReadonlySet<string>;
}

export interface MappingsProps extends MappingsShown {
  readonly visit: SetupVisit;
}

export function Mappings(props: MappingsProps) {
  const { visit, from, rows, faults } = props;
  const { tenantId, setupId, document } = visit.stored.value;
  return (
    <SetupFrame visit={visit} title="What groups give" faults={faults}>
      {rows.length === 0 ? <p>No group gives anything yet.</p> : <p>Members of nested groups get it too.</p>}
      <ul class="findings">
        {rows.map((rule, at) => (
          <Row key={from + at} {...props} rule={rule} index={from + at} />
        ))}
      </ul>
      <SliceLinks
        path={setupPath(tenantId, setupId, 'mappings')}
        from={from}
        count={document.grants.length}
      />
      <AddMapping {...props} />
    </SetupFrame>
  );
}

interface RowProps extends MappingsProps {
  readonly rule: GrantRule;
  readonly index: number;
}

function Row({ visit, rule, index, groupNames, giftNames, faults }: RowProps) {
  return (
    <li>
      <FaultLines id={`mapping-${index}`} faults={faultsAt(faults, 'mapping', index)} />
      <strong>{sourceWords(rule.source, groupNames)}</strong>
      <ul>
        {giftsOf(rule).map((gift) => (
          <li key={giftValue(gift)}>
            {GIFT_WORDS[gift.kind]}: {giftNames.get(giftValue(gift)) ?? gift.id}
          </li>
        ))}
      </ul>
      <ChangeForm visit={visit} part="mappings">
        <input type="hidden" name="remove" value={String(index)} />
        <button type="submit" class="quiet">
          Remove mapping {index + 1}
        </button>
      </ChangeForm>
    </li>
  );
}

function sourceWords(source: GrantSource, names: ReadonlyMap<string, string>): string {
  switch (source.kind) {
    case 'group':
      return `Members of ${names.get(source.groupId) ?? named(source.groupId, names)}`;
    case 'appRole':
      return `Who has the app role ${source.appRole}`;
    case 'directoryRole':
      return `Who has the directory role ${source.directoryRole}`;
    case 'rule':
      return `Who fits ${source.where}`;
  }
}

function AddMapping(props: MappingsProps) {
  const { visit, found, offers, faults, chosen, gifts } = props;
  const wrong = faultsAt(faults, 'mapping', null);
  return (
    <section>
      <h2>Add a mapping</h2>
      <FaultLines id="choice-problem" faults={wrong} />
      <ChangeForm visit={visit} part="mappings">
        <Searches {...props} />
        <fieldset>
          <legend>Members of</legend>
          <GroupChoices
            found={found}
            type="radio"
            name="groupId"
            chosen={chosen}
            problem={wrong.length === 0 ? null : 'choice-problem'}
          />
          <SearchEnd found={found} />
        </fieldset>
        {offers.length === 0 && <p>The organization has nothing of that name to give.</p>}
        <TickedElsewhere {...props} />
        {offers.map((offer) => (
          <Offer key={offer.kind} offer={offer} ticked={gifts} />
        ))}
        <button type="submit">Add the mapping</button>
      </ChangeForm>
    </section>
  );
}

/** What was ticked, and is not among what the last search found. */
function TickedElsewhere({ offers, gifts, giftNames }: MappingsProps) {
  const offered = new Set(offers.flatMap(({ entries }) => entries.map(({ gift }) => giftValue(gift))));
  const others = knownGifts([...gifts]).filter(
    (gift) => !offered.has(giftValue(gift)) && giftNames.has(giftValue(gift)),
  );
  if (others.length === 0) return null;
  return (
    <fieldset>
      <legend>Ticked before</legend>
      {others.map((gift) => (
        <GiftChoice
          key={giftValue(gift)}
          value={giftValue(gift)}
          label={`${GIFT_WORDS[gift.kind]}: ${giftNames.get(giftValue(gift)) ?? gift.id}`}
          isTicked
        />
      ))}
    </fieldset>
  );
}

function Offer({ offer, ticked }: { readonly offer: GiftOffer; readonly ticked: ReadonlySet<string> }) {
  return (
    <fieldset>
      <legend>{GIFT_WORDS[offer.kind]}</legend>
      {offer.entries.map(({ gift, name }) => {
        const value = giftValue(gift);
        return <GiftChoice key={value} value={value} label={name} isTicked={ticked.has(value)} />;
      })}
      {offer.more && <p class="hint">There are more: search for part of the name.</p>}
    </fieldset>
  );
}

interface GiftChoiceProps {
  readonly value: string;
  readonly label: string;
  readonly isTicked: boolean;
}

function GiftChoice({ value, label, isTicked }: GiftChoiceProps) {
  return (
    <label class="choice">
      <input type="checkbox" name="gifts" value={value} checked={isTicked} /> {label}
    </label>
  );
}

/** Both are searched by one button, so that neither loses the other. */
function Searches({ found, give }: MappingsProps) {
  return (
    <>
      <GroupSearchField found={found} />
      <label for="give">Search what to give</label>
      <p class="hint" id="give-hint">
        Part of the name of a role, a cost center, a delivery provider, a reception or a unit.
      </p>
      <input
        type="search"
        id="give"
        name="give"
        value={give}
        aria-describedby="give-hint"
        autocomplete="off"
        spellcheck={false}
      />
      <SearchButton />
    </>
  );
}
