import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { copySetupTemplate } from '../../../../shared/use-cases/setups/copy-setup-template.js';
import { listSetupTemplates } from '../../../../shared/use-cases/setups/list-setup-templates.js';
import { readSetupTemplate } from '../../../../shared/use-cases/setups/read-setup-template.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import { PageProblem } from '../../page-problem.js';
import type { Page, PageCall } from '../../page.js';
import { sessionRoute, setupPath } from '../addresses.js';
import type { Door, Visitor } from '../door.js';
import { fitted, groupsOfTemplate } from './fit-template.js';
import { groupsFound } from './group-search.js';
import { NewSetup, Templates, type NewSetupProblem } from './new-setup-view.js';
import { faultsOnPage } from './page-faults.js';
import type { SetupPagesDependencies } from './ports.js';
import { enterForSetups } from './visit.js';

const TEMPLATES_SHOWN = 50;

/** A new setup: first the template, then what it is called and whose members are in. */
export function newSetupPages(ports: SetupPagesDependencies, door: Door): Page[] {
  return [
    {
      name: 'administratorNewSetup',
      method: 'GET',
      path: sessionRoute('new-setup'),
      async answer(call) {
        const visitor = await enterForSetups(door, call, 'look');
        const templateId = call.query.get('template');
        if (templateId !== undefined) {
          const template = await templateOrThrow(ports, templateId);
          return await form(ports, call, visitor, template, []);
        }
        const request = { after: call.query.get('after') ?? null, limit: TEMPLATES_SHOWN };
        const { rows, next } = await listSetupTemplates(ports, request);
        const templates = rows.map(({ value }) => value);
        return htmlAnswer(<Templates visitor={visitor} templates={templates} next={next} />);
      },
    },
    {
      name: 'administratorMakeSetup',
      method: 'POST',
      path: sessionRoute('new-setup'),
      async answer(call) {
        const visitor = await enterForSetups(door, call, 'form');
        const template = await templateOrThrow(ports, call.form.get('template') ?? '');
        const made = await make(ports, call.form, visitor, template);
        if (!Array.isArray(made)) return seeOther(setupPath(visitor.tenant.tenantId, made.setupId));
        return await form(ports, call, visitor, template, made);
      },
    },
  ];
}

async function templateOrThrow(ports: SetupPagesDependencies, templateId: string): Promise<SetupTemplate> {
  const isId = /^[a-z0-9-]{1,64}$/.test(templateId);
  const stored = isId ? await readSetupTemplate(ports, templateId) : null;
  if (stored === null)
    throw new PageProblem(404, 'There is no such template.', 'Go back, and choose one of the list.');
  return stored.value;
}

async function form(
  ports: SetupPagesDependencies,
  call: PageCall,
  visitor: Visitor,
  template: SetupTemplate,
  problems: readonly NewSetupProblem[],
) {
  const found = await groupsFound(ports, visitor.tenant, template.document.scope.groupTypes, call);
  const given = {
    designation:
      call.form.get('designation') ?? call.query.get('designation') ?? template.document.designation,
    organizationId: call.form.get('organizationId') ?? '',
    groupIds: new Set(call.form.getAll('groupIds')),
  };
  const page = (
    <NewSetup visitor={visitor} template={template} found={found} given={given} problems={problems} />
  );
  return htmlAnswer(page, problems.length === 0 ? {} : { status: 422 });
}

const LONGEST_NAME = 256;
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** The new setup's id, or what is wrong. */
async function make(
  ports: SetupPagesDependencies,
  given: URLSearchParams,
  { tenant, invitedBy }: Visitor,
  { templateId, document }: SetupTemplate,
): Promise<{ readonly setupId: string } | NewSetupProblem[]> {
  const { tenantId, organizationIds } = tenant;
  const designation = (given.get('designation') ?? '').trim();
  const organizationId = given.get('organizationId') ?? organizationIds[0] ?? '';
  const chosen = given.getAll('groupIds').map((id) => id.toLowerCase());
  if (designation === '' || designation.length > LONGEST_NAME || !PLAIN.test(designation))
    return [
      { field: 'designation', message: `Give it a name of 1 to ${LONGEST_NAME} characters on one line.` },
    ];
  if (!organizationIds.includes(organizationId))
    return [{ field: 'organizationId', message: 'Choose whom it is for.' }];
  const isHere = await groupsHere(ports, tenantId, tenant.bucketCount, groupsOfTemplate(document));
  const changes = { designation, ...fitted(document, isHere, chosen) };
  for (const setupId of idsFor(designation)) {
    const wish = { setupId, organizationId, changes };
    const outcome = await copySetupTemplate(ports, { tenantId, templateId }, wish);
    switch (outcome.kind) {
      case 'copied':
        return { setupId };
      case 'exists':
        continue;
      case 'invalid':
        return faultsOnPage(outcome.faults, invitedBy).map(({ place, message }) => ({
          field: place === 'group' ? 'groupIds' : 'form',
          message,
        }));
      case 'tenantNotFound':
      case 'notFound':
        return [{ field: 'form', message: 'The template is not there any more.' }];
      case 'tooLarge':
        return [{ field: 'form', message: 'The template holds more than one setup can.' }];
    }
  }
  return [{ field: 'designation', message: 'There are too many setups of that name: give it another one.' }];
}

/** While groups were not read, every group may be of this directory. */
async function groupsHere(
  { mirror, syncStates }: SetupPagesDependencies,
  tenantId: string,
  bucketCount: number | null,
  ids: readonly string[],
): Promise<(groupId: string) => boolean> {
  if (ids.length === 0 || bucketCount === null) return () => true;
  const { groups } = await syncStates.read(tenantId);
  if (groups.last === null) return () => true;
  const rows = await mirror.readGroups({ tenantId, bucketCount }, [...new Set(ids)]);
  return (groupId) => rows.has(groupId);
}

const MOST_OF_ONE_NAME = 50;

/** Ids to try, from what it is called. */
function* idsFor(designation: string): Generator<string> {
  const words = designation
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const base = (words ?? ['setup']).join('-').slice(0, 48).replace(/-$/, '');
  yield base;
  for (let number = 2; number <= MOST_OF_ONE_NAME; number += 1) yield `${base}-${number}`;
}
