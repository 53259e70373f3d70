import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import { listSetupTemplates } from '../../../../shared/use-cases/setups/list-setup-templates.js';
import { readSetupTemplate } from '../../../../shared/use-cases/setups/read-setup-template.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import { PageProblem } from '../../page-problem.js';
import type { Page, PageCall } from '../../page.js';
import { sessionRoute, setupPath } from '../addresses.js';
import type { Door, Visitor } from '../door.js';
import { idsChosen, namesOfChosen } from './chosen-groups.js';
import { groupsFound, isSearch } from './group-search.js';
import { makeSetup } from './make-setup.js';
import { NewSetup, type NewSetupProblem } from './new-setup-view.js';
import { Templates } from './templates-view.js';
import type { SetupPagesDependencies } from './ports.js';
import { namesOfOrganizations } from './organization-names.js';
import { enterForSetups } from './visit.js';
import { WHO } from './who-is-in.js';

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
        if (isSearch(call.form)) return await form(ports, call, visitor, template, []);
        const made = await makeSetup(ports, call.form, visitor, template);
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
  const { tenant } = visitor;
  const { document } = template;
  const isSent = call.form.has('template');
  const ticked = isSent ? idsChosen(call.form, 'groupIds') : await groupsInMirror(ports, tenant, document);
  const [found, chosen, organizations] = await Promise.all([
    groupsFound(ports, tenant, document.scope.groupTypes, call),
    namesOfChosen(ports, tenant, ticked),
    namesOfOrganizations(ports, tenant.organizationIds),
  ]);
  const given = {
    designation: call.form.get('designation') ?? document.designation,
    organizationId: call.form.get('organizationId') ?? '',
    isEverybody: call.form.get(WHO) === 'everybody',
    chosen,
  };
  const page = <NewSetup {...{ visitor, template, found, given, organizations, problems }} />;
  return htmlAnswer(page, problems.length === 0 ? {} : { status: 422 });
}

/** The groups that a template itself names and that are of this directory: ticked at first. */
async function groupsInMirror(
  { mirror }: SetupPagesDependencies,
  { tenantId, bucketCount }: Tenant,
  { scope: { groupIds } }: SetupTemplate['document'],
): Promise<readonly string[]> {
  if (bucketCount === null || groupIds.length === 0) return [];
  const rows = await mirror.readGroups({ tenantId, bucketCount }, [...groupIds]);
  return groupIds.filter((id) => rows.get(id)?.presence === 'live');
}
