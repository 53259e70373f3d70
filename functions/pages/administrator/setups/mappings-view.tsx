import type { GrantRule, GrantSource } from '../../../../shared/core/setup/setup.js';
import { setupPath } from '../addresses.js';
import { GIFT_WORDS, giftsOf, giftValue, type GiftOffer } from './gifts.js';
import { GroupChoices, SearchEnd, SearchKept, type GroupsFound } from './group-search.js';
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
  /** What was chosen before something was wrong. */
  readonly chosen: { readonly groupId: string; readonly gifts: ReadonlySet<string> };
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
      return `Members of ${names.get(source.groupId) ?? `the group ${source.groupId}`}`;
    case 'appRole':
      return `Who has the app role ${source.appRole}`;
    case 'directoryRole':
      return `Who has the directory role ${source.directoryRole}`;
    case 'rule':
      return `Who fits ${source.where}`;
  }
}

function AddMapping({ visit, found, give, offers, faults, chosen }: MappingsProps) {
  const { tenantId, setupId } = visit.stored.value;
  const here = setupPath(tenantId, setupId, 'mappings');
  const wrong = faultsAt(faults, 'mapping', null);
  return (
    <section>
      <h2>Add a mapping</h2>
      <FaultLines id="choice-problem" faults={wrong} />
      <Searches path={here} found={found} give={give} />
      <SearchEnd path={here} found={found} keeping={{ give }} />
      {offers.length === 0 && <p>The organization has nothing of that name to give.</p>}
      {found.groups.length > 0 && offers.length > 0 && (
        <ChangeForm visit={visit} part="mappings">
          <SearchKept found={found} />
          <input type="hidden" name="give" value={give} />
          <fieldset>
            <legend>Members of</legend>
            <GroupChoices
              found={found}
              type="radio"
              name="groupId"
              chosen={new Set([chosen.groupId])}
              problem={wrong.length === 0 ? null : 'choice-problem'}
            />
          </fieldset>
          {offers.map((offer) => (
            <Offer key={offer.kind} offer={offer} chosen={chosen.gifts} />
          ))}
          <button type="submit">Add the mapping</button>
        </ChangeForm>
      )}
    </section>
  );
}

function Offer({ offer, chosen }: { readonly offer: GiftOffer; readonly chosen: ReadonlySet<string> }) {
  return (
    <fieldset>
      <legend>{GIFT_WORDS[offer.kind]}</legend>
      {offer.entries.map(({ gift, name }) => {
        const value = giftValue(gift);
        return (
          <label key={value} class="choice">
            <input type="checkbox" name="gifts" value={value} checked={chosen.has(value)} /> {name}
          </label>
        );
      })}
      {offer.more && <p class="hint">There are more: search for part of the name.</p>}
    </fieldset>
  );
}

interface SearchesProps {
  readonly path: string;
  readonly found: GroupsFound;
  readonly give: string;
}

/** Both are searched by one button, so that neither loses the other. */
function Searches({ path, found, give }: SearchesProps) {
  const common = { type: 'search', autocomplete: 'off', spellcheck: false } as const;
  return (
    <form method="get" action={path} role="search">
      <label for="search">Search groups</label>
      <p class="hint" id="search-hint">
        Part of a name, or the object id of a group.
      </p>
      <input id="search" name="search" value={found.search} aria-describedby="search-hint" {...common} />
      <label for="give">Search what to give</label>
      <p class="hint" id="give-hint">
        Part of the name of a role, a cost center, a delivery provider, a reception or a unit.
      </p>
      <input id="give" name="give" value={give} aria-describedby="give-hint" {...common} />
      <button type="submit" class="second">
        Search
      </button>
    </form>
  );
}
