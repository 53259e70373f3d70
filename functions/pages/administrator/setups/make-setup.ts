import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { copySetupTemplate } from '../../../../shared/use-cases/setups/copy-setup-template.js';
import type { Visitor } from '../door.js';
import { fitted, groupsOfTemplate } from './fit-template.js';
import type { NewSetupProblem } from './new-setup-view.js';
import { faultsOnPage } from './page-faults.js';
import type { SetupPagesDependencies } from './ports.js';
import { whoIsIn } from './who-is-in.js';

const LONGEST_NAME = 256;
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** Makes a setup from a template by what the form says; returns its id, or everything that is wrong. */
export async function makeSetup(
  ports: SetupPagesDependencies,
  given: URLSearchParams,
  { tenant, invitedBy }: Visitor,
  { templateId, document }: SetupTemplate,
): Promise<{ readonly setupId: string } | NewSetupProblem[]> {
  const { tenantId, organizationIds } = tenant;
  const designation = (given.get('designation') ?? '').trim();
  const organizationId = given.get('organizationId') ?? organizationIds[0] ?? '';
  const who = whoIsIn(given);
  const problems = [
    ...(isName(designation) ? [] : [NAME_PROBLEM]),
    ...(organizationIds.includes(organizationId) ? [] : [ORGANIZATION_PROBLEM]),
    ...(who.kind === 'unclear' ? [{ field: 'groupIds', message: who.message } as const] : []),
  ];
  if (who.kind === 'unclear' || problems.length > 0) return problems;
  const isHere = await groupsHere(ports, tenantId, tenant.bucketCount, groupsOfTemplate(document));
  const changes = { designation, ...fitted(document, isHere, who) };
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

function isName(designation: string): boolean {
  return designation !== '' && designation.length <= LONGEST_NAME && PLAIN.test(designation);
}

const NAME_PROBLEM: NewSetupProblem = {
  field: 'designation',
  message: `Give it a name of 1 to ${LONGEST_NAME} characters on one line.`,
};
const ORGANIZATION_PROBLEM: NewSetupProblem = {
  field: 'organizationId',
  message: 'Choose whom it is for.',
};

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
