import type { Setup, SetupDocument, SetupState } from '../../../../shared/core/setup/setup.js';
import type { Stored } from '../../../../shared/ports/registry.js';
import { putSetup, type PutSetupOutcome } from '../../../../shared/use-cases/setups/put-setup.js';
import { readSetup } from '../../../../shared/use-cases/setups/read-setup.js';
import { PageProblem } from '../../page-problem.js';
import type { PageCall } from '../../page.js';
import { setupIn } from '../addresses.js';
import type { Door, Visitor } from '../door.js';
import { mayOrThrow } from '../purposes.js';
import { faultsOnPage, type PageFault } from './page-faults.js';
import type { SetupPagesDependencies } from './ports.js';

/** A setup of the visitor's tenant, as it is now. */
export interface SetupVisit {
  readonly visitor: Visitor;
  readonly stored: Stored<Setup>;
}

export const STATE_WORDS: Readonly<Record<SetupState, string>> = {
  saved: 'not started yet',
  started: 'started',
  paused: 'paused',
  removing: 'being removed',
};

/** Name of the field that carries which version of the setup a form was shown for. */
export const SEEN = 'seen';

/** @throws PageProblem 403 without a session, or one whose link was not made for setups */
export async function enterForSetups(door: Door, call: PageCall, by: 'look' | 'form'): Promise<Visitor> {
  const visitor = by === 'look' ? await door.enter(call) : await door.enterByForm(call);
  mayOrThrow(visitor, 'setup');
  return visitor;
}

/** As `enterForSetups`, with the setup that the address names. @throws PageProblem also 404 where the tenant has none such */
export async function visitSetup(
  ports: SetupPagesDependencies,
  door: Door,
  call: PageCall,
  by: 'look' | 'form',
): Promise<SetupVisit> {
  const visitor = await enterForSetups(door, call, by);
  const setupId = setupIn(call.parameters);
  const found = setupId === null ? null : await readSetup(ports, visitor.tenant.tenantId, setupId);
  if (found?.kind !== 'found') throw noSuchSetup();
  return { visitor, stored: found.setup };
}

/** Saves what a form changed in the setup that it was shown for; answers what is wrong with it, nothing where it was saved. */
export async function saveChange(
  ports: SetupPagesDependencies,
  { visitor, stored: { value } }: SetupVisit,
  document: SetupDocument,
  form: URLSearchParams,
): Promise<readonly PageFault[]> {
  const seen = form.get(SEEN);
  const outcome = await putSetup(ports, value, document, (tag) => tag === seen);
  return faultsOfSaving(outcome, visitor);
}

function faultsOfSaving(outcome: PutSetupOutcome, visitor: Visitor): readonly PageFault[] {
  switch (outcome.kind) {
    case 'saved':
      return [];
    case 'tenantNotFound':
      throw noSuchSetup();
    case 'invalid':
      return faultsOnPage(outcome.faults, visitor.invitedBy);
    case 'preconditionFailed':
      return [CHANGED_MEANWHILE];
    case 'removing':
      return [{ place: 'elsewhere', index: null, message: 'This setup is being removed.' }];
    case 'tooLarge':
      return [{ place: 'elsewhere', index: null, message: 'This is more than one setup can hold.' }];
  }
}

const CHANGED_MEANWHILE: PageFault = {
  place: 'elsewhere',
  index: null,
  message:
    'Somebody else changed this setup since you opened the page, and nothing of yours was saved. This is how it is now; do it again if it is still wanted.',
};

export function noSuchSetup(): PageProblem {
  return new PageProblem(404, 'There is no such setup.', 'Go back, and choose one of the list.');
}
