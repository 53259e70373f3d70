import type { Scope } from '../../../../shared/core/setup/setup.js';
import { nameGroups } from '../../../../shared/use-cases/name-groups.js';
import { judgeDraft } from '../../../../shared/use-cases/setups/judge-draft.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import type { Page, PageCall } from '../../page.js';
import { setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { idsChosen, namesOfChosen } from './chosen-groups.js';
import {
  GroupChoices,
  groupsFound,
  GroupSearchField,
  isSearch,
  NAME_UNKNOWN,
  SearchButton,
  SearchEnd,
  type GroupsFound,
} from './group-search.js';
import { faultsAt, faultsOnPage, type PageFault } from './page-faults.js';
import { ChangeForm, FaultLines, SetupFrame, SHOWN, shownFrom, SliceLinks } from './parts.js';
import type { SetupPagesDependencies } from './ports.js';
import { saveChange, visitSetup, type SetupVisit } from './visit.js';

/** Which groups' members are in: added by search, removed one by one. */
export function groupsPages(ports: SetupPagesDependencies, door: Door): Page[] {
  return [
    {
      name: 'administratorGroupsOfSetup',
      method: 'GET',
      path: setupRoute('groups'),
      async answer(call) {
        const visit = await visitSetup(ports, door, call, 'look');
        return htmlAnswer(await groupsPage(ports, call, visit, []));
      },
    },
    {
      name: 'administratorChooseGroups',
      method: 'POST',
      path: setupRoute('groups'),
      async answer(call) {
        const visit = await visitSetup(ports, door, call, 'form');
        if (isSearch(call.form)) return htmlAnswer(await groupsPage(ports, call, visit, []));
        const { tenantId, setupId, document } = visit.stored.value;
        const remaining = removed(document.scope, call.form.get('remove'));
        const chosen = idsChosen(call.form, 'groupIds');
        const faults =
          remaining === null && chosen.length === 0
            ? [{ place: 'group', index: null, message: 'Tick a group first.' } as const]
            : await saveChange(
                ports,
                visit,
                { ...document, scope: remaining ?? withGroups(document.scope, chosen) },
                call.form,
              );
        if (faults.length === 0) return seeOther(setupPath(tenantId, setupId, 'groups'));
        const told = faults.map((fault) => ofRow(fault, document.scope));
        return htmlAnswer(await groupsPage(ports, call, visit, told), { status: 422 });
      },
    },
  ];
}

/** A scope with these groups besides its own. */
export function withGroups(scope: Scope, added: readonly string[]): Scope {
  const groupIds = [...new Set([...scope.groupIds, ...added])];
  return { ...scope, kind: kindFor(scope, groupIds.length), groupIds };
}

function kindFor({ kind }: Scope, count: number): Scope['kind'] {
  if (count === 0) return kind;
  return count > 1 || kind === 'groups' ? 'groups' : 'rootGroup';
}

/** The scope without that group; null where none was named. */
function removed(scope: Scope, groupId: string | null): Scope | null {
  if (groupId === null) return null;
  return { ...scope, groupIds: scope.groupIds.filter((id) => id !== groupId) };
}

/** What is wrong with a group that was not there before belongs to the choice. */
function ofRow(fault: PageFault, { groupIds }: Scope): PageFault {
  const isNew = fault.place === 'group' && fault.index !== null && fault.index >= groupIds.length;
  return isNew ? { ...fault, index: null } : fault;
}

async function groupsPage(
  ports: SetupPagesDependencies,
  call: PageCall,
  visit: SetupVisit,
  said: readonly PageFault[],
) {
  const { visitor, stored } = visit;
  const { scope } = stored.value.document;
  const from = shownFrom(call.query, scope.groupIds.length);
  const rows = scope.groupIds.slice(from, from + SHOWN);
  const inAlready = new Set(scope.groupIds);
  const ticked = idsChosen(call.form, 'groupIds').filter((id) => !inAlready.has(id));
  const [found, names, chosen, judged] = await Promise.all([
    groupsFound(ports, visitor.tenant, scope.groupTypes, call),
    nameGroups(ports, visitor.tenant, rows),
    namesOfChosen(ports, visitor.tenant, ticked),
    judgeDraft(ports, visitor.tenant.tenantId, stored.value.document),
  ]);
  const standing = judged.kind === 'judged' ? faultsOnPage(judged.faults, visitor.invitedBy) : [];
  const faults = [...said, ...standing.filter(({ place, index }) => place === 'group' && index !== null)];
  const choices = { ...found, groups: found.groups.filter(({ id }) => !inAlready.has(id)) };
  return <Groups {...{ visit, from, names, chosen, faults }} found={choices} />;
}

interface GroupsProps {
  readonly visit: SetupVisit;
  readonly from: number;
  readonly names: ReadonlyMap<string, string>;
  /** Ticked, and not in yet. */
  readonly chosen: ReadonlyMap<string, string | null>;
  readonly found: GroupsFound;
  readonly faults: readonly PageFault[];
}

function Groups({ visit, from, names, chosen, found, faults }: GroupsProps) {
  const { tenantId, setupId, document } = visit.stored.value;
  const { scope } = document;
  const here = setupPath(tenantId, setupId, 'groups');
  const ofChoice = faultsAt(faults, 'group', null);
  const problem = ofChoice.length === 0 ? null : 'choice-problem';
  return (
    <SetupFrame visit={visit} title="Who is in" faults={faults}>
      {scope.kind === 'directory' ? (
        <p>Everybody of the directory is in. Add a group, and only its members are.</p>
      ) : (
        <p>Members of these groups are in, those of nested groups too, each once.</p>
      )}
      <ul class="findings">
        {scope.groupIds.slice(from, from + SHOWN).map((id, at) => (
          <li key={id}>
            <FaultLines id={`group-${from + at}`} faults={once(faultsAt(faults, 'group', from + at))} />
            {names.get(id) ?? NAME_UNKNOWN} <code>{id}</code>
            <ChangeForm visit={visit} part="groups">
              <input type="hidden" name="remove" value={id} />
              <button type="submit" class="quiet">
                Remove {names.get(id) ?? id}
              </button>
            </ChangeForm>
          </li>
        ))}
      </ul>
      <SliceLinks path={here} from={from} count={scope.groupIds.length} />
      <h2>Add groups</h2>
      <FaultLines id="choice-problem" faults={ofChoice} />
      <ChangeForm visit={visit} part="groups">
        <GroupSearchField found={found} />
        <SearchButton />
        <GroupChoices found={found} type="checkbox" name="groupIds" chosen={chosen} problem={problem} />
        <SearchEnd found={found} />
        {(found.groups.length > 0 || chosen.size > 0) && <button type="submit">Add the groups ticked</button>}
      </ChangeForm>
    </SetupFrame>
  );
}

function once(faults: readonly PageFault[]): readonly PageFault[] {
  return [...new Map(faults.map((fault) => [fault.message, fault])).values()];
}
