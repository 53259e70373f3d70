import type { GrantRule, SetupDocument } from '../../../../shared/core/setup/setup.js';
import { nameGroups } from '../../../../shared/use-cases/name-groups.js';
import { judgeDraft } from '../../../../shared/use-cases/setups/judge-draft.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import type { Page, PageCall } from '../../page.js';
import { setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { giftsChosen, giftsOf, giftsOffered, knownGifts, namesOfGifts } from './gifts.js';
import { idsChosen, namesOfChosen } from './chosen-groups.js';
import { groupsFound, isSearch } from './group-search.js';
import { Mappings, type MappingsShown } from './mappings-view.js';
import { faultsOnPage, type PageFault } from './page-faults.js';
import { SHOWN, shownFrom } from './parts.js';
import type { SetupPagesDependencies } from './ports.js';
import { saveChange, visitSetup, type SetupVisit } from './visit.js';

/** What members of groups get: mappings added and removed one by one. */
export function mappingsPages(ports: SetupPagesDependencies, door: Door): Page[] {
  return [
    {
      name: 'administratorMappingsOfSetup',
      method: 'GET',
      path: setupRoute('mappings'),
      async answer(call) {
        const visit = await visitSetup(ports, door, call, 'look');
        return htmlAnswer(<Mappings visit={visit} {...await shown(ports, call, visit, [])} />);
      },
    },
    {
      name: 'administratorMapGroups',
      method: 'POST',
      path: setupRoute('mappings'),
      async answer(call) {
        const visit = await visitSetup(ports, door, call, 'form');
        if (isSearch(call.form))
          return htmlAnswer(<Mappings visit={visit} {...await shown(ports, call, visit, [])} />);
        const { tenantId, setupId, document } = visit.stored.value;
        const changed = changedBy(document, call.form);
        const faults = Array.isArray(changed)
          ? changed
          : await saveChange(ports, visit, { ...document, grants: changed.grants }, call.form);
        if (faults.length === 0) return seeOther(setupPath(tenantId, setupId, 'mappings'));
        const told = faults.map((fault) => ofRow(fault, document, call.form));
        const page = <Mappings visit={visit} {...await shown(ports, call, visit, told)} />;
        return htmlAnswer(page, { status: 422 });
      },
    },
  ];
}

/** What the form makes of the mappings, or what is wrong with it. */
function changedBy(
  { grants }: SetupDocument,
  form: URLSearchParams,
): { readonly grants: readonly GrantRule[] } | PageFault[] {
  const remove = form.get('remove');
  if (remove !== null) return { grants: grants.filter((_, index) => String(index) !== remove) };
  const [groupId] = idsChosen(form, 'groupId');
  const gifts = giftsChosen(form.getAll('gifts'));
  const wrong = (message: string): PageFault[] => [{ place: 'mapping', index: null, message }];
  if (groupId === undefined || groupId === '') return wrong('Choose the group whose members get something.');
  if (gifts === null || form.getAll('gifts').length === 0) return wrong('Choose what its members get.');
  return { grants: [...grants, { source: { kind: 'group', groupId }, ...gifts }] };
}

/** What is wrong with a mapping that was to be added belongs to the choice; where one was to go, all others moved. */
function ofRow(fault: PageFault, { grants }: SetupDocument, form: URLSearchParams): PageFault {
  if (fault.place !== 'mapping' || fault.index === null) return fault;
  const remove = form.get('remove');
  if (remove === null) return fault.index >= grants.length ? { ...fault, index: null } : fault;
  return fault.index >= Number(remove) ? { ...fault, index: fault.index + 1 } : fault;
}

async function shown(
  ports: SetupPagesDependencies,
  call: PageCall,
  { visitor, stored }: SetupVisit,
  said: readonly PageFault[],
): Promise<MappingsShown> {
  const { tenantId, document } = stored.value;
  const { grants, organizationId } = document;
  const from = shownFrom(call.query, grants.length);
  const rows = grants.slice(from, from + SHOWN);
  const give = (call.query.get('give') ?? call.form.get('give') ?? '').trim().slice(0, 128);
  const groupIds = rows.flatMap(({ source }) => (source.kind === 'group' ? [source.groupId] : []));
  // The types of groups that may be named are the setup's.
  const { groupTypes } = document.scope;
  const gifts = call.form.getAll('gifts');
  const [found, groupNames, chosen, giftNames, offers, judged] = await Promise.all([
    groupsFound(ports, visitor.tenant, groupTypes, call),
    nameGroups(ports, visitor.tenant, groupIds),
    namesOfChosen(ports, visitor.tenant, idsChosen(call.form, 'groupId')),
    visitor.tenant.organizationIds.includes(organizationId)
      ? namesOfGifts(ports, organizationId, [...rows.flatMap(giftsOf), ...knownGifts(gifts)])
      : new Map<string, string>(),
    giftsOffered(ports, { tenantId, organizationId }, give),
    judgeDraft(ports, tenantId, document),
  ]);
  const standing = judged.kind === 'judged' ? faultsOnPage(judged.faults, visitor.invitedBy) : [];
  const faults = [...said, ...standing.filter(({ place }) => place === 'mapping')];
  return { from, rows, groupNames, giftNames, found, give, offers, faults, chosen, gifts: new Set(gifts) };
}
